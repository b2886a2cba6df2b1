import { type Decoded, decodeUpdate } from '../../../../plugins/channels/telegram/decode.ts';

export type Fields = Readonly<Record<string, unknown>>;
export const bot = { id: 42, username: 'lamp_bot' };
export const decode = (update: Fields, groups: 'addressed' | 'off' = 'addressed'): Decoded =>
  decodeUpdate(update, { bot, groups });
export const base = {
  message_id: 5,
  date: 1_795_000_000,
  chat: { id: 7, type: 'private', first_name: 'Ada' },
  from: { id: 7, is_bot: false, first_name: 'Ada', last_name: 'L', username: 'ada', language_code: 'de' },
};
export const say = (message: Fields): Decoded => decode({ update_id: 1, message: { ...base, ...message } });
export const messageOf = (decoded: Decoded) => {
  if (decoded.kind !== 'message') throw new Error(`ignored: ${decoded.reason}`);
  return decoded.message;
};
export const group = { id: -100200, type: 'supergroup', title: 'Lamps' };
export const inGroup = (message: Fields): Decoded => say({ chat: group, ...message });
