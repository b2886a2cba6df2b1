import { createHash } from 'node:crypto';

/** Where a conversation is: a chat, or one topic of a forum. */
export interface Address {
  readonly chatId: number;
  readonly threadId?: number;
}

/** The conversation's name outside of this plugin, as in `-1001234` or `-1001234/7`. */
export function conversationOf({ chatId, threadId }: Address): string {
  return threadId === undefined ? String(chatId) : `${chatId}/${threadId}`;
}

/** Undefined for what `conversationOf` did not write. */
export function addressOf(conversation: string): Address | undefined {
  const [, chat, thread] = /^(-?\d{1,16})(?:\/(\d{1,15}))?$/.exec(conversation) ?? [];
  if (chat === undefined) return undefined;
  return { chatId: Number(chat), ...(thread === undefined ? {} : { threadId: Number(thread) }) };
}

/** Message numbers count within a chat only. */
export function messageKey(chatId: number, messageId: number): string {
  return `${chatId}:${messageId}`;
}

export function parseMessageKey(key: string): { readonly chatId: number; readonly messageId: number } | undefined {
  const [, chat, message] = /^(-?\d{1,16}):(\d{1,15})$/.exec(key) ?? [];
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
