import type { ConversationMove } from 'polyphon/plugin';
import { conversationOf } from './address.ts';
import { type Fields, fieldsOf, integerOf } from './fields.ts';

/** The two numbers of a group that has become a supergroup. */
export interface Migration {
  readonly from: number;
  readonly to: number;
}

/** Telegram says so in a service message in each of the two. */
export function migrationOf(update: Fields): Migration | undefined {
  const message = fieldsOf(update['message']);
  const here = integerOf(fieldsOf(message?.['chat'])?.['id']);
  const from = integerOf(message?.['migrate_from_chat_id']) ?? here;
  const to = integerOf(message?.['migrate_to_chat_id']) ?? here;
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}

export function moveOf({ from, to }: Migration): ConversationMove {
  return { from: conversationOf({ chatId: from }), to: conversationOf({ chatId: to }) };
}
