import type { ConversationMove } from '../../contract/index.ts';
import type { ConversationServices } from '../conversation-services.ts';

/**
 * Conversations go on under the ids that the platform has given them. One that is there already stays as it is: two histories are not
 * mixed. Queues one write in this tick, or none.
 */
export async function moveConversations(
  { store, log }: ConversationServices,
  tenantId: string,
  channel: string,
  moves: readonly ConversationMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const { conversations, people } = store.forTenant(tenantId);
  const moved = await store.write(() => {
    let count = 0;
    for (const { from, to } of moves) {
      const known = conversations.byExternalId(channel, from);
      if (known === undefined || conversations.byExternalId(channel, to) !== undefined) continue;
      conversations.setExternalId(known.id, to);
      const isOwn = people.at({ channel, externalId: from }) === known.contactId;
      if (isOwn && people.at({ channel, externalId: to }) === undefined) {
        people.addAddress({ channel, externalId: to }, known.contactId);
      }
      count += 1;
    }
    return count;
  });
  if (moved > 0) log.info('conversations go on under new ids of their platform', { tenant: tenantId, channel, moved });
}
