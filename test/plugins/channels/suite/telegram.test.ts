import { randomInt } from 'node:crypto';
import { describe, it } from 'vitest';
import { plugin } from '../../../../plugins/channels/telegram/plugin.ts';
import {
  type ChannelPlatform,
  channelSuite,
  type FakeTelegram,
  type SentMessage,
  type SuiteFault,
  type SuiteRequest,
  startFakeTelegram,
  type TelegramFault,
} from '../../../kit/index.ts';

interface TelegramPlatform extends ChannelPlatform {
  readonly telegram: FakeTelegram;
  readonly token: string;
  readonly webhookSecret: string;
}

const faults: Readonly<Record<SuiteFault, TelegramFault>> = {
  busy: {
    kind: 'refuse',
    status: 429,
    description: 'Too Many Requests: retry after 3',
    parameters: { retry_after: 3 },
  },
  failing: { kind: 'refuse', status: 500, description: 'Internal Server Error' },
  refused: { kind: 'refuse', status: 403, description: 'Forbidden: bot was blocked by the user' },
  lost: { kind: 'reset after delivery' },
};

async function startPlatform(): Promise<TelegramPlatform> {
  const telegram = await startFakeTelegram();
  const number = randomInt(1_000_000, 9_999_999);
  const token = `${number}:token-of-${number}-and-nobody-else`;
  const webhookSecret = `secret-of-${number}`;
  telegram.bot(token, 'suite_bot');
  const signed = (update: unknown): SuiteRequest => ({
    route: 'webhook',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': webhookSecret },
    body: typeof update === 'string' ? update : JSON.stringify(update),
  });
  const updateOf = (serial: number, person: number, content: object) => ({
    update_id: 1000 + serial,
    message: {
      message_id: serial,
      date: 1_795_000_000 + serial,
      chat: { id: 700 + person, type: 'private', first_name: 'Ada' },
      from: { id: 700 + person, is_bot: false, first_name: 'Ada' },
      ...content,
    },
  });
  const photoOf = (fileId: string): SuiteRequest =>
    signed(updateOf(20, 1, { photo: [{ file_id: fileId, file_unique_id: 'p1', width: 9, height: 9, file_size: 4 }] }));
  const isSend = (method: string) => method.startsWith('send') && method !== 'sendChatAction';
  return {
    telegram,
    token,
    webhookSecret,
    hosts: [telegram.host],
    secrets: [token, webhookSecret],
    webhook: async (messages) =>
      messages.map((message) => signed(updateOf(message.number, message.person, { text: message.text }))),
    forged: (request) => {
      const withSecret = (secret: string): SuiteRequest => ({
        ...request,
        headers: { ...request.headers, 'x-telegram-bot-api-secret-token': secret },
      });
      const { 'x-telegram-bot-api-secret-token': right = '', ...unsigned } = request.headers;
      return [
        { ...request, headers: unsigned },
        ...['', right.slice(0, -1), `${right}x`, right.toUpperCase(), token].map(withSecret),
      ];
    },
    unknown: () =>
      [
        { update_id: 5, a_kind_of_next_year: { id: 1 } },
        { update_id: 6, poll: { id: '1', question: 'Why?', options: [] } },
        updateOf(7, 1, { dice: { emoji: '🎲', value: 6 } }),
        updateOf(8, 1, { text: 7, photo: 'no list', location: {} }),
        { update_id: '9' },
        [],
        'null',
        '{"update_id":',
        '',
      ].map(signed),
    unreadable: () =>
      [
        { story: { id: 1, chat: { id: 1, type: 'private' } } },
        { game: { title: 'Lamps', description: 'A game', photo: [] } },
        { rich_message: { blocks: [{ type: 'photo', photo: [{ file_id: 'photo-9' }] }] } },
        { paid_media: { star_count: 1, paid_media: [{ type: 'preview' }] } },
      ].map((content, index) => signed(updateOf(30 + index, 1, content))),
    get sent() {
      return telegram.sent.map((message) => ({
        person: message.chatId - 700,
        text: message.text,
        media: message.method === 'sendMessage' ? 0 : 1,
        buttons: buttonsOf(message).map(({ text }) => text),
        links: buttonsOf(message).flatMap(({ url }) => url ?? []),
      }));
    },
    get attempts() {
      return telegram.calls.filter(({ method }) => isSend(method)).length;
    },
    meet: (fault) => telegram.meet(faults[fault]),
    busyForMs: 3_000,
    press: async (index, button) => {
      const message = telegram.sent[index];
      if (message === undefined) throw new Error(`Nothing was sent as number ${index}.`);
      const pressed = {
        id: `press-${index}-${button}`,
        from: { id: message.chatId, is_bot: false, first_name: 'Ada' },
        chat_instance: '1',
        data: buttonsOf(message)[button]?.callback_data,
        message: {
          message_id: message.messageId,
          date: 1_795_000_000,
          chat: { id: message.chatId, type: 'private', first_name: 'Ada' },
          reply_markup: message.payload['reply_markup'],
        },
      };
      return [signed({ update_id: 2000 + 10 * index + button, callback_query: pressed })];
    },
    file: async (bytes = new Uint8Array([1, 2, 3, 4])) => {
      telegram.file('photo-1', { bytes });
      return { requests: [photoOf('photo-1')], bytes };
    },
    goneFile: async () => ({ requests: [photoOf('photo-gone')] }),
    largeFile: async () => {
      telegram.file('photo-large', { bytes: new Uint8Array(4), size: 21 * 1_048_576 });
      return { requests: [photoOf('photo-large')] };
    },
    [Symbol.asyncDispose]: () => telegram[Symbol.asyncDispose](),
  };
}

interface InlineButton {
  readonly text: string;
  readonly url?: string;
  readonly callback_data?: string;
}

function buttonsOf({ payload }: SentMessage): readonly InlineButton[] {
  const markup = payload['reply_markup'] as
    | { readonly inline_keyboard?: readonly (readonly InlineButton[])[] }
    | undefined;
  return (markup?.inline_keyboard ?? []).flat();
}

describe('telegram as a channel', () => {
  const suite = channelSuite({
    plugin,
    config: ({ telegram, token, webhookSecret }) => ({
      token,
      webhookSecret,
      mode: 'webhook',
      baseUrl: telegram.baseUrl,
      groups: 'addressed',
      maxConnections: 40,
    }),
    fixtures: { start: startPlatform },
  });
  for (const { name, run } of suite) it(name, run);
});
