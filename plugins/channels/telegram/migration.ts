import type { ConversationMove } from 'polyphon/plugin';
import { conversationOf } from './address.ts';
import { type Fields, fieldsOf, integerOf } from './fields.ts';

/** A group that has become a supergroup: Telegram says so in a service message in each of the two, which have ids of their own. */
export function migrationOf(update: Fields): ConversationMove | undefined {
  const message = fieldsOf(update['message']);
  const here = integerOf(fieldsOf(message?.['chat'])?.['id']);
  const from = integerOf(message?.['migrate_from_chat_id']) ?? here;
  const to = integerOf(message?.['migrate_to_chat_id']) ?? here;
  if (from === undefined || to === undefined || from === to) return undefined;
  return { from: conversationOf({ chatId: from }), to: conversationOf({ chatId: to }) };
}
