import type { ConversationMove } from 'polyphon/plugin';
import { type Fields, idOf, objectOf, textOf } from './loose-json.ts';
import { isNumber, isUserId } from './person-id.ts';

/**
 * Somebody has another telephone number, and with it another user id; of who hides the number the user id alone is told
 * (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system). Carriers give a number
 * that was given up to somebody else. Undefined where the message is none of this.
 */
export function movesOf(entry: Fields): readonly ConversationMove[] | undefined {
  if (entry['type'] !== 'system') return undefined;
  const system = objectOf(entry['system']);
  const isOfNumber = system['type'] === 'user_changed_number';
  if (!isOfNumber && system['type'] !== 'user_changed_user_id') return undefined;
  // Until August 2026 the old user id was told in words alone.
  const words = / from ([A-Z]{2}\.[A-Za-z0-9.]+) to /.exec(textOf(system['body'], 1000) ?? '');
  const oldUserId =
    idOf(system['previous_user_id']) ?? (isOfNumber ? undefined : idOf(entry['from_user_id'])) ?? words?.[1];
  const moves = [
    isOfNumber ? between(idOf(entry['from']), idOf(system['wa_id']), isNumber) : undefined,
    between(oldUserId, idOf(system['user_id']), isUserId),
  ].filter((move) => move !== undefined);
  return moves.length === 0 ? undefined : moves;
}

function between(
  from: string | undefined,
  to: string | undefined,
  isOne: (id: string) => boolean,
): ConversationMove | undefined {
  if (from === undefined || to === undefined || from === to) return undefined;
  return isOne(from) && isOne(to) ? { from, to, released: true } : undefined;
}
