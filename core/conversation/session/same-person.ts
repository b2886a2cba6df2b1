import type { InboundMessage } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { Address } from '../../store/opt-outs.ts';
import type { TenantStore } from '../../store/tenant-store.ts';

/** Makes two addresses of a channel those of one contact, where somebody is known at one of them. Call inside `Store.write`. */
export function joinAddresses({ people }: Pick<TenantStore, 'people'>, address: Address, alias: Address): void {
  const [here, there] = [people.at(address), people.at(alias)];
  if (here === there) return;
  if (here !== undefined && there === undefined) people.addAddress(alias, here);
  else if (here === undefined && there !== undefined) people.addAddress(address, there);
  else if (here !== undefined && there !== undefined) people.merge(there, here);
}

/** The same of all ids that the platform has told of a person. */
export function joinAliases(
  tenant: Pick<TenantStore, 'people'>,
  address: Address,
  { aliases = [] }: Pick<InboundMessage['contact'], 'aliases'>,
): void {
  for (const externalId of aliases) joinAddresses(tenant, address, { ...address, externalId });
}

/**
 * A conversation goes on under another id of the same person. Where there is one already it stays as it is: two histories are not mixed,
 * but whoever is in them is one contact from now on. Call inside `Store.write`.
 */
export function goOnAs(
  { people, conversations }: Pick<TenantStore, 'people' | 'conversations'>,
  { channel, externalId: from }: Address,
  to: string,
): void {
  const known = conversations.byExternalId(channel, from);
  if (known === undefined || from === to) return;
  const isOwn = people.at({ channel, externalId: from }) === known.contactId;
  if (conversations.byExternalId(channel, to) === undefined) conversations.setExternalId(known.id, to);
  if (isOwn) joinAddresses({ people }, { channel, externalId: to }, { channel, externalId: from });
}

/**
 * The platform tells under which ids it knows the person whom a message was for; `sentTo` gives the one that it was sent to, and is asked only
 * where there is something to learn. Of a conversation that has another id by now, old news says nothing. Call inside `Store.write`.
 */
export function reachedAs(
  tenant: Pick<TenantStore, 'people' | 'conversations'>,
  { conversationId, channel }: { readonly conversationId: string; readonly channel: string },
  ids: readonly string[],
  sentTo: () => string,
): void {
  const { people, conversations } = tenant;
  const known = conversations.byId(conversationId);
  const [first] = ids;
  if (known === undefined || first === undefined) return;
  const { externalId, contactId } = known;
  const isOf = (id: string) => people.at({ channel, externalId: id }) === contactId;
  const isNew = !ids.includes(externalId) || !ids.every(isOf);
  if (!isNew || !isOf(externalId) || sentTo() !== externalId) return;
  if (!ids.includes(externalId)) goOnAs(tenant, { channel, externalId }, first);
  for (const id of ids) if (!isOf(id)) joinAddresses(tenant, { channel, externalId }, { channel, externalId: id });
}

const goneFrom = 'moved:';

/** Instead of the platform's id: the person has another, with a conversation of its own, and nobody writes under this one any more. */
export function withoutAddress(conversationId: string): string {
  return `${goneFrom}${conversationId}`;
}

/** Where what is said in a conversation goes to: its id at the platform, or that of the person's newest conversation there. */
export function addressNow(
  tenant: Pick<TenantStore, 'people' | 'conversations'>,
  { externalId, contactId, channel }: ConversationRow,
): string {
  return externalId.startsWith(goneFrom)
    ? (newestOf(tenant, contactId, channel)?.externalId ?? externalId)
    : externalId;
}

/** The conversation under this id, or of whoever is known by it, where the platform goes on with them under another. */
export function conversationAt(
  tenant: Pick<TenantStore, 'people' | 'conversations'>,
  address: Address,
): ConversationRow | undefined {
  const { channel, externalId } = address;
  const known = tenant.conversations.byExternalId(channel, externalId);
  const contactId = known === undefined ? tenant.people.at(address) : undefined;
  return contactId === undefined ? known : newestOf(tenant, contactId, channel);
}

function newestOf(
  { people, conversations }: Pick<TenantStore, 'people' | 'conversations'>,
  contactId: string,
  channel: string,
): ConversationRow | undefined {
  const all = people.conversations(contactId).map((id) => conversations.byId(id));
  return all.find((one) => one?.channel === channel && !one.externalId.startsWith(goneFrom));
}
