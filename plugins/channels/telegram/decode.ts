import type { InboundMessage } from 'polyphon/plugin';
import { conversationOf, messageKey } from './address.ts';
import { type BotIdentity, type Command, commandOf, isAddressed, isGroup } from './addressed.ts';
import { attachmentsOf, nameOf, sharedWords, unreadableOf } from './decode-attachments.ts';
import { listWords, richWords } from './decode-rich.ts';
import { meantWords } from './decode-text.ts';
import { type Fields, fieldsOf, integerOf, listOf, textOf } from './fields.ts';

export interface DecodeRules {
  readonly bot: BotIdentity;
  readonly groups: 'addressed' | 'off';
}

/** What an update says to the bot. */
export type Decoded =
  | {
      readonly kind: 'message';
      readonly message: InboundMessage;
      /** A press of a button, which shows as pending until it is answered. */
      readonly callbackQueryId?: string;
    }
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason; readonly callbackQueryId?: string };

export type IgnoredReason =
  | 'unknown kind'
  | 'not for the bot'
  | 'from a bot'
  | 'no content'
  | 'malformed'
  | 'groups are off';

/** The kinds of update that are asked for. */
export const allowedUpdates = ['message', 'edited_message', 'callback_query'] as const;

const maxQuoteLength = 1000;
const localeShape = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/** An update of the Bot API as a message of ours. Pure, and total: whatever comes gives an answer. */
export function decodeUpdate(update: Fields, rules: DecodeRules): Decoded {
  const message = fieldsOf(update['message']);
  if (message !== undefined) return decodeMessage(message, rules);
  const edited = fieldsOf(update['edited_message']);
  if (edited !== undefined) return decodeEdit(edited, integerOf(update['update_id']), rules);
  const pressed = fieldsOf(update['callback_query']);
  if (pressed !== undefined) return decodeCallback(pressed, rules);
  return ignored('unknown kind');
}

/** Does the answer depend on the bot's name? Only then it has to be asked for. */
export function needsUsername(update: Fields, groups: DecodeRules['groups'] = 'addressed'): boolean {
  const message = fieldsOf(update['message']) ?? fieldsOf(update['edited_message']);
  if (message === undefined) return false;
  if (isGroup(message)) return groups !== 'off';
  return commandOf(textOf(message['text']) ?? textOf(message['caption']))?.bot !== undefined;
}

function decodeMessage(message: Fields, { bot, groups }: DecodeRules): Decoded {
  const place = placeOf(message);
  const sender = senderOf(message);
  if (place === undefined || sender === undefined) return ignored('malformed');
  if (sender === 'bot') return ignored('from a bot');
  if (place.chatType === 'channel') return ignored('unknown kind');
  const inGroup = isGroup(message);
  if (inGroup && groups === 'off') return ignored('groups are off');
  const said = textOf(message['text']) ?? textOf(message['caption']) ?? richWords(message);
  if (inGroup && !isAddressed(message, said, bot)) return ignored('not for the bot');

  const text = said === undefined ? wordsOf(message) : meantWords(message, said, bot);
  const readable = attachmentsOf(message);
  const unreadable = text === undefined && readable.length === 0 ? unreadableOf(message) : undefined;
  const attachments = unreadable === undefined ? readable : [unreadable];
  const command = commandOf(text);
  if (text === undefined && attachments.length === 0) return ignored('no content');
  const spoken = command?.name === 'start' ? startWords(command) : text;
  const group = textOf(message['media_group_id'], 128);
  const date = integerOf(message['date']);
  const quotes = quotesOf(message, place);
  return {
    kind: 'message',
    message: {
      id: messageKey(place.chatId, place.messageId),
      conversation: place.conversation,
      contact: { ...sender.contact, ...ownPhone(message, sender.contact.id) },
      ...audienceOf(place),
      ...(quotes === undefined ? {} : { quotes }),
      ...(spoken === undefined ? {} : { text: spoken }),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...(sender.locale === undefined ? {} : { locale: sender.locale }),
      ...(date === undefined || date <= 0 ? {} : { sentAt: date * 1000 }),
      ...(group === undefined ? {} : { group: `${place.chatId}:${group}` }),
      metadata: metadataOf(place, sender, command, quotes?.id),
    },
  };
}

/**
 * The button Start says no word of the person's: it is the way in, and what its link carries is for the records. Only the word that
 * moves a conversation here, as in `?start=switch_ABCD2345`, is meant to be heard.
 */
function startWords({ argument }: Command): string | undefined {
  return /^switch[\s_-]/i.test(argument ?? '') ? argument : undefined;
}

/** What is worth knowing beside the words. */
function metadataOf({ chatType }: Place, sender: Sender, command: Command | undefined, quoted: string | undefined) {
  return {
    chat: chatType,
    ...(sender.contact.username === undefined ? {} : { username: sender.contact.username }),
    ...(command === undefined ? {} : { command: command.name }),
    ...(command?.argument === undefined ? {} : { argument: command.argument.slice(0, 256) }),
    ...(quoted === undefined ? {} : { quotes: quoted }),
  };
}

/** What a message answers; of a part of it that the person has marked, the part. Every message of a topic answers its first. */
function quotesOf(message: Fields, { chatId }: Place): InboundMessage['quotes'] {
  const replied = fieldsOf(message['reply_to_message']);
  if (replied === undefined) return quotesFromElsewhere(message);
  const id = integerOf(replied?.['message_id']);
  if (id === undefined || replied['forum_topic_created'] !== undefined) return undefined;
  const marked = textOf(fieldsOf(message['quote'])?.['text']);
  const text = (marked ?? textOf(replied['text']) ?? textOf(replied['caption']))
    ?.slice(0, maxQuoteLength)
    .toWellFormed();
  return { id: messageKey(chatId, id), ...(text === undefined ? {} : { text }) };
}

/** Words of another chat, as of a channel that is answered here. */
function quotesFromElsewhere(message: Fields): InboundMessage['quotes'] {
  const text = textOf(fieldsOf(message['quote'])?.['text'], maxQuoteLength);
  if (fieldsOf(message['external_reply']) === undefined || text === undefined) return undefined;
  return { id: 'elsewhere', text };
}

function audienceOf({ chatType, title }: Place): Pick<InboundMessage, 'audience' | 'conversationName'> {
  if (chatType === 'private') return {};
  return { audience: 'several', ...(title === undefined ? {} : { conversationName: title }) };
}

function decodeEdit(message: Fields, updateId: number | undefined, rules: DecodeRules): Decoded {
  const decoded = decodeMessage(message, rules);
  if (decoded.kind === 'ignored') return decoded;
  // What cannot be read cannot be read better now.
  if (decoded.message.attachments?.[0]?.kind === 'unsupported') return ignored('no content');
  // The time of an edit has seconds only: two quick edits would pass as one. The update's number is the same on redelivery.
  const editedAt = integerOf(message['edit_date']);
  const edit = updateId ?? editedAt;
  if (edit === undefined) return ignored('malformed');
  const { id } = decoded.message;
  // Not the time of what is edited, which is the same for all its edits: the last to arrive would win over the last to be written.
  const sentAt = editedAt === undefined || editedAt <= 0 ? {} : { sentAt: editedAt * 1000 };
  return { kind: 'message', message: { ...decoded.message, ...sentAt, id: `${id}:edit:${edit}`, edits: id } };
}

function decodeCallback(pressed: Fields, { groups }: DecodeRules): Decoded {
  const id = textOf(pressed['id'], 128);
  const message = fieldsOf(pressed['message']);
  const place = message === undefined ? undefined : placeOf(message);
  const person = fieldsOf(pressed['from']);
  const sender = person === undefined ? undefined : personOf(person);
  const action = textOf(pressed['data'], 256);
  if (id === undefined) return ignored('malformed');
  // A button under a message sent in somebody's name, or of a game: there is no chat to answer in.
  if (
    message === undefined ||
    place === undefined ||
    sender === undefined ||
    action === undefined ||
    place.chatType === 'channel'
  )
    return { ...ignored('unknown kind'), callbackQueryId: id };
  if (isGroup(message) && groups === 'off') return { ...ignored('groups are off'), callbackQueryId: id };
  const label = labelOf(message, action);
  return {
    kind: 'message',
    callbackQueryId: id,
    message: {
      id: `callback:${id}`,
      conversation: place.conversation,
      contact: sender.contact,
      ...audienceOf(place),
      action: { id: action, ...(label === undefined ? {} : { label }) },
      ...(sender.locale === undefined ? {} : { locale: sender.locale }),
      metadata: {
        chat: place.chatType,
        ...(sender.contact.username === undefined ? {} : { username: sender.contact.username }),
        quotes: messageKey(place.chatId, place.messageId),
      },
    },
  };
}

/** The words on the pressed button, which are in the message it hangs under. */
function labelOf(message: Fields, data: string): string | undefined {
  const rows = listOf(fieldsOf(message['reply_markup'])?.['inline_keyboard']);
  const buttons = rows.flatMap(listOf).map(fieldsOf);
  return textOf(buttons.find((button) => button?.['callback_data'] === data)?.['text'], 256);
}

/** Telegram allows 128 (core.telegram.org/method/messages.editChatTitle). */
const maxTitleLength = 128;

interface Place {
  readonly chatId: number;
  readonly messageId: number;
  readonly chatType: string;
  /** Of a group. */
  readonly title: string | undefined;
  readonly conversation: string;
}

function placeOf(message: Fields): Place | undefined {
  const chat = fieldsOf(message['chat']);
  const chatId = integerOf(chat?.['id']);
  const messageId = integerOf(message['message_id']);
  // 0 stands for a message that is scheduled and not sent.
  if (chatId === undefined || messageId === undefined || messageId <= 0) return undefined;
  const threadId = message['is_topic_message'] === true ? integerOf(message['message_thread_id']) : undefined;
  const thread = threadId === undefined || threadId <= 0 ? {} : { threadId };
  const directTopicId = integerOf(fieldsOf(message['direct_messages_topic'])?.['topic_id']);
  const topic = directTopicId === undefined || directTopicId <= 0 ? thread : { directTopicId };
  return {
    chatId,
    messageId,
    chatType: textOf(chat?.['type'], 32) ?? 'private',
    title: textOf(chat?.['title'], maxTitleLength),
    conversation: conversationOf({ chatId, ...topic }),
  };
}

interface Sender {
  readonly contact: InboundMessage['contact'];
  readonly locale?: string;
}

function senderOf(message: Fields): Sender | 'bot' | undefined {
  const from = fieldsOf(message['from']);
  const behalf = fieldsOf(message['sender_chat']);
  // Administrators may speak as their group or channel; `from` then is a bot of Telegram's. What a channel posts by itself is not speech.
  if (behalf !== undefined && message['is_automatic_forward'] !== true) {
    const id = integerOf(behalf['id']);
    const name = textOf(behalf['title'], 255);
    if (id !== undefined) return { contact: { id: String(id), ...(name === undefined ? {} : { name }) } };
  }
  if (message['is_automatic_forward'] === true || from?.['is_bot'] === true) return 'bot';
  return from === undefined ? undefined : personOf(from);
}

function personOf(from: Fields): Sender | undefined {
  const id = integerOf(from['id']);
  if (id === undefined) return undefined;
  const name = nameOf(from);
  const locale = textOf(from['language_code'], 35);
  const username = textOf(from['username'], 64);
  return {
    contact: {
      id: String(id),
      ...(name === undefined ? {} : { name }),
      ...(username === undefined ? {} : { username }),
    },
    ...(locale === undefined || !localeShape.test(locale) ? {} : { locale }),
  };
}

/** A telephone number is the sender's own only when Telegram says whose contact was shared. */
function ownPhone(message: Fields, senderId: string): { readonly phone?: string } {
  const contact = fieldsOf(message['contact']);
  const phone = textOf(contact?.['phone_number'], 64)?.replace(/\D/g, '');
  const isOwn = integerOf(contact?.['user_id'])?.toString() === senderId;
  return isOwn && phone !== undefined && phone !== '' ? { phone: `+${phone}` } : {};
}

/** Words of a message that has no text field of its own. */
function wordsOf(message: Fields): string | undefined {
  const poll = fieldsOf(message['poll']);
  const dice = fieldsOf(message['dice']);
  if (poll !== undefined) {
    const options = listOf(poll['options']).map((option) => textOf(fieldsOf(option)?.['text'], 512));
    return (
      [textOf(poll['question'], 1024), ...options.map((option) => (option === undefined ? undefined : `- ${option}`))]
        .filter((line) => line !== undefined)
        .join('\n') || undefined
    );
  }
  return textOf(dice?.['emoji'], 32) ?? listWords(message) ?? sharedWords(message);
}

function ignored(reason: IgnoredReason): Extract<Decoded, { kind: 'ignored' }> {
  return { kind: 'ignored', reason };
}
