import type { ConversationRow } from '../../store/conversations.ts';
import type { SessionRow } from '../../store/sessions.ts';
import { newSession } from '../session/new-session.ts';
import { conversationAt, joinAliases } from '../session/same-person.ts';
import type { ArrivalContext, Place } from './arrival-context.ts';

/** The conversation's session; closed now when it has been idle for too long. */
export function currentSession(context: ArrivalContext, conversation: ConversationRow): SessionRow | undefined {
  const { tenant, rules, nowMs } = context;
  const session = tenant.sessions.byId(conversation.sessionId);
  const idleMs = nowMs - (session?.lastActiveAt ?? 0);
  if (session?.state !== 'active' || idleMs <= rules.bot.session.idleCloseMs) return session;
  tenant.sessions.setState(session.id, 'closed', session.lastActiveAt);
  context.stage(session.id, { type: 'session.changed', state: 'closed' });
  context.happened({ type: 'channel.session.closed', channel: session.channel, session: session.id });
  return { ...session, state: 'closed' };
}

/** The active session, else a new one, of a new conversation where the person has none yet. */
export function placeOf(
  context: ArrivalContext,
  known: ConversationRow | undefined,
  session: SessionRow | undefined,
): Place {
  if (known === undefined || session?.state !== 'active') {
    return openPlace(context, known, ownerOf(context, known));
  }
  const { name, email, phone } = context.inbound.contact;
  const told =
    name !== undefined || email !== undefined || phone !== undefined || context.inbound.audience !== undefined;
  if (told && context.rules.sessions === 'implied') identify(context);
  return { conversationId: known.id, sessionId: session.id };
}

export function openPlace(context: ArrivalContext, known: ConversationRow | undefined, contactId: string): Place {
  const { services, tenant, rules, inbound } = context;
  const { channel } = rules;
  const made = newSession(services, tenant, {
    channel,
    externalId: inbound.conversation,
    contactId,
    conversation: known,
    locale: inbound.locale,
    metadata: inbound.metadata ?? {},
  });
  context.happened({ type: 'channel.session.created', channel, session: made.id });
  return { conversationId: made.conversationId, sessionId: made.id };
}

/**
 * Whose conversation it is. In a group it is the group's own: whoever writes first is one of many, and may be forgotten while the others
 * go on.
 */
function ownerOf(context: ArrivalContext, known: ConversationRow | undefined): string {
  const { services, tenant, rules, inbound, nowMs } = context;
  const author = known === undefined || inbound.audience !== undefined ? identify(context) : known.contactId;
  if (known !== undefined || inbound.audience === undefined) return known?.contactId ?? author;
  const address = { channel: rules.channel, externalId: inbound.conversation };
  return tenant.contacts.identify(address, { name: inbound.conversationName }, services.random, nowMs).id;
}

/** The id of the contact behind the address, with what was told of them kept. */
export function identify({ services, tenant, rules, inbound, nowMs }: ArrivalContext): string {
  const { id, ...details } = inbound.contact;
  const address = { channel: rules.channel, externalId: id };
  const contact = tenant.contacts.identify(address, details, services.random, nowMs);
  joinAliases(tenant, address, inbound.contact);
  return contact.id;
}

/**
 * The conversation that the message is of. Who wrote under another id before is the same person, and theirs goes on, under the id that the
 * platform tells now.
 */
export function knownConversation({ tenant, rules, inbound }: ArrivalContext): ConversationRow | undefined {
  const { conversation, contact } = inbound;
  const { id } = contact;
  const here = { channel: rules.channel, externalId: id };
  joinAliases(tenant, here, contact);
  if (conversation !== id) return tenant.conversations.byExternalId(rules.channel, conversation);
  const known = conversationAt(tenant, here);
  if (known === undefined || known.externalId === id) return known;
  tenant.conversations.setExternalId(known.id, id);
  return { ...known, externalId: id };
}
