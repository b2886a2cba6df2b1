import type { ConversationMove } from 'polyphon/plugin';
import { type Fields, idOf, objectOf, textOf } from './loose-json.ts';

const userIdShape = /^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$/;
const numberShape = /^\d{5,20}$/;

/**
 * Somebody has another telephone number, and with it another user id
 * (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system). Carriers give a number
 * that was given up to somebody else.
 */
export function moveOf(entry: Fields): ConversationMove | undefined {
  if (entry['type'] !== 'system') return undefined;
  const system = objectOf(entry['system']);
  if (system['type'] === 'user_changed_number') {
    return between(idOf(entry['from']), idOf(system['wa_id']), numberShape);
  }
  if (system['type'] !== 'user_changed_user_id') return undefined;
  // The old one is told in words alone, where it has no field of its own.
  const words = / from ([A-Z]{2}\.[A-Za-z0-9.]+) to /.exec(textOf(system['body'], 1000) ?? '');
  const old = idOf(system['previous_user_id']) ?? idOf(entry['from_user_id']) ?? words?.[1];
  return between(old, idOf(system['user_id']), userIdShape);
}

function between(from: string | undefined, to: string | undefined, shape: RegExp): ConversationMove | undefined {
  if (from === undefined || to === undefined || from === to) return undefined;
  return shape.test(from) && shape.test(to) ? { from, to, released: true } : undefined;
}
