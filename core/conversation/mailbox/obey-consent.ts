import type { InboundMessage, Receipt } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import { shownAuthor } from '../../store/messages.ts';
import { deliveryFailed } from '../outbox/delivery-failed.ts';
import { type ArrivalContext, arrivedMessage, heardAt } from './arrival-context.ts';
import { identify, openPlace } from './arrival-place.ts';
import { authorOf } from './author-of.ts';
import { arrivalLanguage, sayNotice } from './say-notice.ts';
import { keepTurnWithoutBot, leaveUnanswered } from './turn-without-bot.ts';

/** Meta goes on telling for a week; and no clock of ours or of a platform is wrong by more without somebody seeing it. */
const farthestOffMs = 15 * 86_400_000;

/**
 * Keeps what the person wants, and answers what has to be answered. The bot sees none of it. A platform that could not reach us tells a
 * word late, Meta up to a week: what the person has said since then stays, and the late word is only kept to be read.
 */
export function obeyConsent(
  context: ArrivalContext,
  known: ConversationRow | undefined,
  consent: NonNullable<InboundMessage['consent']>,
): { readonly receipt: Receipt; readonly conversationId: string; readonly isObeyed: boolean } {
  const { services, tenant, rules, inbound, nowMs } = context;
  const { channel } = rules;
  const contactId = identify(context);
  const place =
    known === undefined
      ? openPlace(context, undefined, contactId)
      : { conversationId: known.id, sessionId: known.sessionId };
  const { conversationId, sessionId } = place;
  const turnId = services.random.id('turn');
  const writtenBy = authorOf(inbound);
  const message = arrivedMessage(context, 'system', shownAuthor(writtenBy));
  tenant.messages.insert({ message, ...place, turnId, createdAtMs: nowMs, writtenBy });
  tenant.inbox.insertDone({
    channel,
    conversationId,
    externalId: inbound.id,
    messageId: message.id,
    turnId,
    receivedAt: nowMs,
    heardAt: heardAt(context),
    dueAt: nowMs,
    groupName: null,
  });
  context.stage(sessionId, { type: 'message.received', message });
  context.happened({ type: 'channel.message.received', channel, conversation: conversationId, message });
  const hadStopped = tenant.contacts.hasOptedOut(channel, contactId);
  const address = { channel, externalId: inbound.contact.id };
  const isObeyed =
    consent === 'help' ||
    tenant.contacts.setConsent(address, consent === 'stop' ? 'out' : 'in', nowMs, toldAt(context));
  if (consent === 'start' && isObeyed) returnEverywhere(context, contactId);
  const language = arrivalLanguage(context, known);
  if (consent === 'stop' && isObeyed) {
    giveUpWaiting(context, conversationId);
    // In a group others go on.
    if (inbound.audience === undefined) leaveUnanswered(context, conversationId, language);
  }
  const isAnswered = inbound.consentNotice !== undefined;
  const isOurs = rules.port.capabilities.optOutNotice === 'ours' && !isAnswered;
  const person = { hadStopped, isStranger: known === undefined, isOurs, isAnswered };
  const words = isObeyed ? wordsFor(consent, person) : undefined;
  const reply =
    words === undefined ? undefined : sayNotice(context, place, known, { words, turnId, purpose: 'notice' });
  keepTurnWithoutBot(context, {
    turn: turnId,
    conversation: conversationId,
    language,
    reason: `consent-${isObeyed ? consent : 'late'}`,
    replyId: reply?.id ?? null,
  });
  return { receipt: { status: 'stored', message, turnId }, conversationId, isObeyed };
}

/**
 * When the word was said, where the platform tells it and it can be true. Anything else comes into force as it comes: a plugin that counts
 * in seconds must not keep anybody from leaving. As the platform tells it, also where that is ahead of our clock: two words of one person
 * are compared by the platform's clock alone, and ours may be behind.
 */
function toldAt({ inbound, nowMs }: ArrivalContext): number | undefined {
  const { sentAt = Number.NaN } = inbound;
  return Math.abs(sentAt - nowMs) < farthestOffMs ? sentAt : undefined;
}

/** Where the platform says nothing of it, who stops or begins again is told so, and told once; so is who comes in with START. */
function wordsFor(
  consent: NonNullable<InboundMessage['consent']>,
  person: {
    readonly hadStopped: boolean;
    readonly isStranger: boolean;
    readonly isOurs: boolean;
    readonly isAnswered: boolean;
  },
): 'help' | 'stopped' | 'started' | undefined {
  switch (consent) {
    case 'help':
      return person.isAnswered ? undefined : 'help';
    case 'stop':
      return person.isOurs && !person.hadStopped ? 'stopped' : undefined;
    case 'start':
      return person.isOurs && (person.hadStopped || person.isStranger) ? 'started' : undefined;
    default:
      return consent satisfies never;
  }
}

/** They left as a person, under whichever of their ids, and come back as one. */
function returnEverywhere(context: ArrivalContext, contactId: string): void {
  const { tenant, rules, nowMs } = context;
  for (const address of tenant.people.addresses(contactId)) {
    if (address.channel === rules.channel) tenant.contacts.setConsent(address, 'in', nowMs, toldAt(context));
  }
}

function giveUpWaiting({ tenant, happened }: ArrivalContext, conversationId: string): void {
  for (const row of tenant.outbox.unsettledOf(conversationId)) {
    if (row.state !== 'waiting' || row.purpose === 'notice') continue;
    const state = row.purpose === 'invitation' ? 'dismissed' : 'dead';
    tenant.outbox.change(row.id, { ...row, state, reason: 'opted-out' });
    // What an invitation is for is among the rest.
    if (state === 'dead') happened(deliveryFailed(row, 'opted-out'));
  }
}
