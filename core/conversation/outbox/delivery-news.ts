import type { DeliveryStatus } from '../../contract/index.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import { type ConversationServices, emitEvent } from '../conversation-services.ts';
import { emitSent } from './emit-sent.ts';
import { stoppedWhileSending } from './outbox-rows.ts';

const maxReasonLength = 300;

/**
 * Keeps what a platform tells of messages it took. A failure of what we thought delivered is an event, and what is told of a message
 * whose answer was lost settles it.
 */
export async function keepStatuses(
  services: ConversationServices,
  tenantId: string,
  channel: string,
  statuses: readonly DeliveryStatus[],
): Promise<void> {
  if (statuses.length === 0) return;
  const { deliveryStatuses, outbox } = services.store.forTenant(tenantId);
  const news = await services.store.write(() =>
    statuses.flatMap(({ providerMessageId, message, status, reason, at }): readonly News[] => {
      const confirmed = message === undefined ? undefined : confirm(outbox, { channel, message, providerMessageId });
      const sent: readonly News[] = confirmed === undefined ? [] : [{ row: confirmed, what: 'sent' }];
      const kept = reason?.slice(0, maxReasonLength).toWellFormed() ?? null;
      const isNews = deliveryStatuses.advance({
        channel,
        providerMessageId,
        status,
        reason: kept,
        at: at ?? services.clock.now(),
      });
      if (!isNews || status !== 'failed') return sent;
      // Not there yet: the answer to our request is still on its way, and whoever waits for it looks here.
      const row = outbox.byProviderMessageId(channel, providerMessageId);
      if (row === undefined || row.state === 'sending') return sent;
      return [...sent, { row, what: 'failed', reason: kept ?? 'failed' }];
    }),
  );
  for (const { row, ...told } of news) {
    switch (told.what) {
      case 'sent':
        emitSent(services, tenantId, row);
        // What waited behind it need not wait any more.
        services.wake(tenantId, row.conversationId);
        break;
      case 'failed':
        emitEvent(services, tenantId, {
          type: 'delivery.failed',
          channel,
          conversation: row.conversationId,
          reason: told.reason,
        });
        break;
      default:
        told satisfies never;
    }
  }
}

type News = { readonly row: OutboxRow } & (
  | { readonly what: 'sent' }
  | { readonly what: 'failed'; readonly reason: string }
);

/** Settles the message that a status names, where nobody knew whether it arrived. Undefined where there was nothing to settle. */
function confirm(
  outbox: Outbox,
  told: { readonly channel: string; readonly message: string; readonly providerMessageId: string },
): OutboxRow | undefined {
  const { channel, message, providerMessageId } = told;
  const row = outbox.byId(message);
  if (row === undefined || row.channel !== channel || row.providerMessageId !== null) return undefined;
  if (row.state === 'sending') {
    // Whoever is sending it, or finds it so at the next start, sees the id and settles it.
    outbox.change(row.id, { ...row, providerMessageId });
    return undefined;
  }
  const wasToRepeat = row.state === 'waiting' && row.reason === stoppedWhileSending;
  const resends = wasToRepeat ? row.resends - 1 : row.resends;
  outbox.change(row.id, { ...row, state: 'delivered', providerMessageId, reason: null, resends });
  return row;
}
