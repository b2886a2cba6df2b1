import type { SendResult } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { goOnAs } from '../session/same-person.ts';
import { failedPartOf } from './part-failed.ts';
import { dropProgress } from './send-progress.ts';
import { failureToldBefore } from './undeliver.ts';

const maxNoteLength = 100;

/** What is known of a message that a platform took. */
export type Sent = Omit<Extract<SendResult, { status: 'delivered' }>, 'status'>;

/**
 * Writes down that a message is out. `failure`: the reason where the platform has told already that it failed after all; `isStored`: not erased
 * meanwhile.
 */
export function settleSent(
  tenant: TenantStore,
  row: OutboxRow,
  { providerMessageId: sentId, conversation, note: told }: Sent,
): { readonly isStored: boolean; readonly failure: string | undefined } {
  const now = tenant.outbox.byId(row.id);
  const providerMessageId = failedPartOf(tenant, now) ?? sentId;
  const note = told?.slice(0, maxNoteLength).toWellFormed() ?? null;
  if (conversation !== undefined) learnConversation(tenant, row, conversation);
  if (now !== undefined) dropProgress(tenant.outbox, now);
  tenant.outbox.change(row.id, { ...row, state: 'delivered', providerMessageId, reason: null, note });
  return { isStored: now !== undefined, failure: failureToldBefore(tenant, { ...row, providerMessageId }) };
}

function learnConversation(tenant: TenantStore, { conversationId, channel }: OutboxRow, told: string): void {
  const known = tenant.conversations.byId(conversationId);
  if (known !== undefined) goOnAs(tenant, { channel, externalId: known.externalId }, told);
}
