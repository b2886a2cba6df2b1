import type { OutboundMessage } from '../../contract/index.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { withoutInvitation } from './invitation.ts';
import { isNewsOfWindow, isWindowClosed } from './window-closed.ts';

/**
 * What a platform took and did not bring. It is a dead letter, unless the platform's clock alone knew that the window had closed: then
 * it is judged once more, with that known. Told of what was not taken, or was sent again meanwhile, it changes nothing.
 */
export function undeliver(
  tenant: Pick<TenantStore, 'inbox' | 'outbox'>,
  id: string,
  reason: string,
): 'dead' | 'again' | undefined {
  const { outbox } = tenant;
  const row = outbox.byId(id);
  if (row?.state !== 'delivered') return undefined;
  if (isNewsOfWindow(row, reason)) {
    // A later word on the send that failed finds no row.
    outbox.change(id, { ...row, state: 'waiting', providerMessageId: null, reason });
    return 'again';
  }
  if (row.purpose === 'invitation') return withoutInvitation(tenant, row, reason).length > 0 ? 'dead' : undefined;
  outbox.change(id, { ...row, state: 'dead', reason });
  return 'dead';
}

/** What the platform has told of a message before it answered our request. */
export interface ToldBefore {
  /** It has told of no failure. */
  readonly isOut: boolean;
  /** The reason where that made a dead letter of the message. */
  readonly failure?: string;
}

export function toldBefore(
  tenant: TenantStore,
  { id, channel, providerMessageId }: OutboxRow & { readonly providerMessageId: string },
): ToldBefore {
  const told = tenant.deliveryStatuses.find(channel, providerMessageId);
  if (told?.status !== 'failed') return { isOut: true };
  const failure = told.reason ?? 'failed';
  return { isOut: false, ...(undeliver(tenant, id, failure) === 'dead' ? { failure } : {}) };
}

/** The template that a closed window asks for stays the message: where it fails too, there is no other. */
export function keepAsSent(outbox: Outbox, { id, reason }: OutboxRow, message: OutboundMessage): void {
  if (reason !== null && isWindowClosed(reason)) outbox.setPayload(id, JSON.stringify(message));
}
