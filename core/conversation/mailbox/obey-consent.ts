import type { InboundMessage, Receipt } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import { type ArrivalContext, arrivedMessage } from './arrival-context.ts';
import { identify, openPlace } from './arrival-place.ts';
import { keepConsentTurn } from './consent-turn.ts';
import { arrivalLanguage, sayNotice } from './say-notice.ts';

/** Keeps what the person wants, and answers what has to be answered. The bot sees none of it. */
export function obeyConsent(
  context: ArrivalContext,
  known: ConversationRow | undefined,
  consent: NonNullable<InboundMessage['consent']>,
): { readonly receipt: Receipt; readonly conversationId: string } {
  const { services, tenant, rules, inbound, nowMs, events } = context;
  const { channel } = rules;
  const contactId = identify(context);
  const place =
    known === undefined
      ? openPlace(context, undefined, contactId)
      : { conversationId: known.id, sessionId: known.sessionId };
  const { conversationId, sessionId } = place;
  const turnId = services.random.id('turn');
  const message = arrivedMessage(context, 'system');
  tenant.messages.insert({ message, ...place, turnId, createdAtMs: nowMs });
  tenant.inbox.insertDone({
    channel,
    conversationId,
    externalId: inbound.id,
    messageId: message.id,
    turnId,
    receivedAt: nowMs,
    heardAt: Math.min(nowMs, inbound.sentAt ?? nowMs),
    dueAt: nowMs,
    groupName: null,
  });
  context.stage(sessionId, { type: 'message.received', message });
  events.push({ type: 'channel.message.received', channel, conversation: conversationId, message });
  const isNewStop = consent === 'stop' && !tenant.contacts.hasOptedOut(channel, contactId);
  if (consent !== 'help') {
    const address = { channel, externalId: inbound.contact.id };
    tenant.contacts.setConsent(address, consent === 'stop' ? 'out' : 'in', nowMs);
  }
  if (consent === 'stop') giveUpWaiting(context, conversationId);
  // Where the platform says nothing of it, a person who stops is told so, and told once.
  const tells = isNewStop && rules.port.capabilities.optOutNotice === 'ours';
  const words = consent === 'help' ? 'help' : tells ? 'stopped' : undefined;
  const reply =
    words === undefined ? undefined : sayNotice(context, place, known, { words, turnId, purpose: 'notice' });
  keepConsentTurn(context, {
    turn: turnId,
    conversation: conversationId,
    language: arrivalLanguage(context, known),
    reason: `consent-${consent}`,
    replyId: reply?.id ?? null,
  });
  return { receipt: { status: 'stored', message, turnId }, conversationId };
}

function giveUpWaiting({ tenant, rules, events }: ArrivalContext, conversationId: string): void {
  const { channel } = rules;
  for (const row of tenant.outbox.unsettledOf(conversationId)) {
    if (row.state !== 'waiting' || row.purpose === 'notice') continue;
    tenant.outbox.change(row.id, { ...row, state: 'dead', reason: 'opted-out' });
    events.push({ type: 'delivery.failed', channel, conversation: conversationId, reason: 'opted-out' });
  }
}
