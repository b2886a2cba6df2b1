import type { Message, Receipt } from '../../contract/index.ts';
import { activityStepMs, type ConversationRow } from '../../store/conversations.ts';
import type { InboxRow } from '../../store/inbox.ts';
import { shownAuthor } from '../../store/messages.ts';
import { type ArrivalContext, arrivedMessage, heardAt, type Place } from './arrival-context.ts';
import { authorOf } from './author-of.ts';
import { quotedWords } from './quoted-words.ts';
import { arrivalLanguage } from './say-notice.ts';
import { keepTurnWithoutBot } from './turn-without-bot.ts';

/** An album comes as one request a picture; after so long without another it is complete. */
const groupQuietMs = 1200;

/** Stores what a person said, and tells of it. `open`: a turn is to answer it. */
export function keepInbound(
  context: ArrivalContext,
  { conversationId, sessionId }: Place,
  known: ConversationRow | undefined,
  turnId: string,
  state: 'open' | 'done',
): { readonly message: Message; readonly dueAt: number } {
  const { tenant, rules, inbound, nowMs } = context;
  const { messages, inbox, conversations } = tenant;
  const { channel, waitMs } = rules;
  const { group, edits } = inbound;
  const writtenBy = authorOf(inbound);
  const quotes = quotedWords(context, known?.id);
  const message = arrivedMessage(context, 'contact', {
    ...shownAuthor(writtenBy),
    ...(quotes === undefined ? {} : { quotes }),
  });
  const dueAt = nowMs + (group === undefined ? waitMs : Math.max(waitMs, groupQuietMs));
  messages.insert({ message, conversationId, sessionId, turnId, createdAtMs: nowMs, writtenBy });
  const row: InboxRow = {
    channel,
    conversationId,
    externalId: inbound.id,
    messageId: message.id,
    turnId,
    receivedAt: nowMs,
    heardAt: heardAt(context),
    dueAt,
    groupName: group ?? null,
  };
  if (state === 'open') inbox.insert(row);
  else inbox.insertDone(row);
  // An edit that has overtaken what it edits stands for both: the original, and an edit before it, are older than what is here.
  if (edits !== undefined && edits !== row.externalId) {
    inbox.insertDone({ ...row, externalId: edits });
    const { text, attachments } = message;
    messages.edit(message.id, { text, attachments, editedAt: inbound.sentAt ?? nowMs });
  }
  if (known === undefined || isWorthKeeping(known, nowMs)) conversations.touch(conversationId, nowMs);
  context.stage(sessionId, { type: 'message.received', message });
  context.happened({ type: 'channel.message.received', channel, conversation: conversationId, message });
  return { message, dueAt };
}

/** People who answer somebody themselves see the exact order. */
function isWorthKeeping({ owner, lastActiveAt }: ConversationRow, nowMs: number): boolean {
  return owner !== 'bot' || Math.abs(nowMs - lastActiveAt) >= activityStepMs;
}

/** The same for what no turn answers: people read it. */
export function keepUnanswered(
  context: ArrivalContext,
  place: Place,
  known: ConversationRow | undefined,
  reason: 'consent-out' | 'no-reply',
): Receipt {
  const turnId = context.services.random.id('turn');
  const { message } = keepInbound(context, place, known, turnId, 'done');
  const language = arrivalLanguage(context, known);
  keepTurnWithoutBot(context, {
    turn: turnId,
    conversation: place.conversationId,
    language,
    reason,
    replyId: null,
  });
  return { status: 'stored', message, turnId };
}
