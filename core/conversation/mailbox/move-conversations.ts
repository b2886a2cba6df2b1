import type { ConversationMove } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';

/**
 * Conversations go on under the ids that the platform has given them. One that is there already stays as it is: two histories are not
 * mixed. Queues one write in this tick, or none.
 */
export async function moveConversations(
  { store, log, clock }: ConversationServices,
  tenantId: string,
  channel: string,
  moves: readonly ConversationMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const tenant = store.forTenant(tenantId);
  const { conversations, people } = tenant;
  const moved = await store.write(() => {
    let count = 0;
    for (const { from, to, released } of moves) {
      const known = conversations.byExternalId(channel, from);
      if (known === undefined || conversations.byExternalId(channel, to) !== undefined) continue;
      conversations.setExternalId(known.id, to);
      const isOwn = people.at({ channel, externalId: from }) === known.contactId;
      if (isOwn && people.at({ channel, externalId: to }) === undefined) {
        people.addAddress({ channel, externalId: to }, known.contactId);
      }
      if (released === true && isOwn) release(tenant, { channel, from, to }, clock.now());
      count += 1;
    }
    return count;
  });
  if (moved > 0) log.info('conversations go on under new ids of their platform', { tenant: tenantId, channel, moved });
}

/** Whoever gets the old id next is a stranger; that its person wants no messages goes with them to the new one. */
function release(
  { people, contacts }: Pick<TenantStore, 'people' | 'contacts'>,
  { channel, from, to }: { readonly channel: string; readonly from: string; readonly to: string },
  nowMs: number,
): void {
  const hadStopped = contacts.hasOptedOutAt({ channel, externalId: from });
  people.dropAddress({ channel, externalId: from });
  if (hadStopped) contacts.setConsent({ channel, externalId: to }, 'out', nowMs);
}
