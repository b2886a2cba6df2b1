import { createHash } from 'node:crypto';

/** Where a conversation is: a chat, one topic of a forum, or one person's in the direct messages of a channel. */
export interface Address {
  readonly chatId: number;
  readonly threadId?: number;
  readonly directTopicId?: number;
}

/** The conversation's name outside of this plugin, as in `-1001234`, `-1001234/7` or `-1001234/d7`. */
export function conversationOf({ chatId, threadId, directTopicId }: Address): string {
  if (directTopicId !== undefined) return `${chatId}/d${directTopicId}`;
  return threadId === undefined ? String(chatId) : `${chatId}/${threadId}`;
}

/** Undefined for what `conversationOf` did not write. */
export function addressOf(conversation: string): Address | undefined {
  const [, chat, direct, topic] = /^(-?\d{1,16})(?:\/(d?)(\d{1,16}))?$/.exec(conversation) ?? [];
  if (chat === undefined) return undefined;
  const chatId = Number(chat);
  if (topic === undefined) return { chatId };
  return direct === 'd' ? { chatId, directTopicId: Number(topic) } : { chatId, threadId: Number(topic) };
}

/** The part of a call that says which topic is meant. */
export function topicOf({ threadId, directTopicId }: Address): {
  readonly message_thread_id?: number;
  readonly direct_messages_topic_id?: number;
} {
  return {
    ...(threadId === undefined ? {} : { message_thread_id: threadId }),
    ...(directTopicId === undefined ? {} : { direct_messages_topic_id: directTopicId }),
  };
}

/** Message numbers count within a chat only. */
export function messageKey(chatId: number, messageId: number): string {
  return `${chatId}:${messageId}`;
}

/** Of an edit, the message that was edited. */
export function parseMessageKey(key: string): { readonly chatId: number; readonly messageId: number } | undefined {
  const [, chat, message] = /^(-?\d{1,16}):(\d{1,15})(?::edit:-?\d+)?$/.exec(key) ?? [];
  return chat === undefined || message === undefined ? undefined : { chatId: Number(chat), messageId: Number(message) };
}

const maxCallbackBytes = 64;
const digestLength = 22;

/**
 * What a button carries for an action: its id. Telegram takes 64 bytes; of a longer id the beginning and a digest are left, the
 * same every time.
 */
export function callbackData(actionId: string): string {
  const id = actionId.toWellFormed();
  if (Buffer.byteLength(id) <= maxCallbackBytes) return id === '' ? '-' : id;
  const digest = createHash('sha256').update(id).digest('base64url').slice(0, digestLength);
  let kept = '';
  for (const character of id) {
    if (Buffer.byteLength(kept + character) > maxCallbackBytes - digestLength - 1) break;
    kept += character;
  }
  return `${kept}~${digest}`;
}
