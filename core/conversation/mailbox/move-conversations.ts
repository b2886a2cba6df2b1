import type { ConversationMove } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { joinAddresses, withoutAddress } from '../session/same-person.ts';

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
  const tenant = store.forTenant(tenantId);
  const moved = await store.write(() => {
    let count = 0;
    for (const move of moves) if (carryOver(tenant, channel, move)) count += 1;
    return count;
  });
  if (moved > 0) log.info('conversations go on under new ids of their platform', { tenant: tenantId, channel, moved });
}

/** False where nobody here has the old id. */
function carryOver(tenant: TenantStore, channel: string, { from, to, released }: ConversationMove): boolean {
  const { conversations, people } = tenant;
  const known = conversations.byExternalId(channel, from);
  const isFree = conversations.byExternalId(channel, to) === undefined;
  if (released === true) {
    const wasTheirs = release(tenant, { channel, from, to });
    if (known !== undefined) conversations.setExternalId(known.id, isFree ? to : withoutAddress(known.id));
    return wasTheirs || known !== undefined;
  }
  if (known === undefined || !isFree) return false;
  conversations.setExternalId(known.id, to);
  const isOwn = people.at({ channel, externalId: from }) === known.contactId;
  if (isOwn && people.at({ channel, externalId: to }) === undefined) {
    people.addAddress({ channel, externalId: to }, known.contactId);
  }
  return true;
}

/**
 * The person keeps what they are known by and have said under the old id, also that they want no messages, and whoever has it next is a
 * stranger. They may have written under the new one before the platform told of it: it is one person all the same.
 */
function release(
  tenant: TenantStore,
  { channel, from, to }: { readonly channel: string; readonly from: string; readonly to: string },
): boolean {
  const { people } = tenant;
  const old = { channel, externalId: from };
  const next = { channel, externalId: to };
  if (people.at(old) === undefined) return false;
  joinAddresses(tenant, old, next);
  people.moveAddress(old, next);
  return true;
}
