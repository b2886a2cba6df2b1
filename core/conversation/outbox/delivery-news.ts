import type { DeliveryStatus } from '../../contract/index.ts';
import { type ConversationServices, type EventBody, emitEvent } from '../conversation-services.ts';

const maxReasonLength = 300;

/** Keeps what a platform tells of messages it took. A failure of what we thought delivered is an event. */
export async function keepStatuses(
  services: ConversationServices,
  tenantId: string,
  channel: string,
  statuses: readonly DeliveryStatus[],
): Promise<void> {
  if (statuses.length === 0) return;
  const { deliveryStatuses, outbox } = services.store.forTenant(tenantId);
  const failures = await services.store.write(() =>
    statuses.flatMap(({ providerMessageId, status, reason, at }): readonly EventBody[] => {
      const kept = reason?.slice(0, maxReasonLength).toWellFormed() ?? null;
      const news = deliveryStatuses.advance({
        channel,
        providerMessageId,
        status,
        reason: kept,
        at: at ?? services.clock.now(),
      });
      if (!news || status !== 'failed') return [];
      // Not there yet: the answer to our request is still on its way, and whoever waits for it looks here.
      const row = outbox.byProviderMessageId(channel, providerMessageId);
      if (row === undefined) return [];
      return [{ type: 'delivery.failed', channel, conversation: row.conversationId, reason: kept ?? 'failed' }];
    }),
  );
  for (const failure of failures) emitEvent(services, tenantId, failure);
}
