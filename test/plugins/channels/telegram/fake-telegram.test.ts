import { describe, expect, it } from 'vitest';
import { startFakeTelegram } from '../../../kit/index.ts';

type Payload = Readonly<Record<string, unknown>>;
const token = '42:token-of-the-tests';

async function call(baseUrl: string, method: string, payload: Payload | string, as = token) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const response = await fetch(`${baseUrl}/bot${as}/${method}`, { method: 'POST', body });
  return {
    status: response.status,
    ...((await response.json()) as { ok: boolean; result?: unknown; description?: string }),
  };
}

const bold = (offset: number, length: number, type = 'bold') => ({ type, offset, length });
const button = (fields: Payload) => ({
  chat_id: 7,
  text: 'x',
  reply_markup: { inline_keyboard: [[{ text: 'a', ...fields }]] },
});

const album = (count: number, fields: Payload = {}) => ({
  chat_id: 7,
  media: Array.from({ length: count }, () => ({ type: 'photo', media: 'https://a.example/x', ...fields })),
});
const hint = (length: number) => ({ force_reply: true, input_field_placeholder: 'x'.repeat(length) });

describe('the fake Telegram refuses', () => {
  it.each<[string, string, Payload]>([
    ['a call without what is required', 'sendMessage', { chat_id: 7 }],
    ['a field of another type', 'sendMessage', { chat_id: 7, text: 5 }],
    ['a field nobody knows', 'sendMessage', { chat_id: 7, text: 'x', colour: 'red' }],
    [
      'a nested field of another type',
      'sendMessage',
      { chat_id: 7, text: 'x', reply_parameters: { message_id: 'five' } },
    ],
    ['an empty text', 'sendMessage', { chat_id: 7, text: ' \n ' }],
    ['a parse mode nobody knows', 'sendMessage', { chat_id: 7, text: 'x', parse_mode: 'GitHub' }],
    ['marks in HTML, which it does not read', 'sendMessage', { chat_id: 7, text: '<b>x', parse_mode: 'HTML' }],
    [
      'marks in MarkdownV2, which it does not read',
      'sendMessage',
      { chat_id: 7, text: 'a.b!', parse_mode: 'MarkdownV2' },
    ],
    ['marks in captions', 'sendMediaGroup', album(2, { caption: '<b>x', parse_mode: 'html' })],
    ['a notice over 200 characters', 'answerCallbackQuery', { callback_query_id: '1', text: 'x'.repeat(201) }],
    [
      'a visiting card over 2,048 bytes',
      'sendContact',
      { chat_id: 7, phone_number: '+4930111222', first_name: 'Ada', vcard: 'ä'.repeat(1025) },
    ],
    ['an album of one', 'sendMediaGroup', album(1)],
    ['an album of eleven', 'sendMediaGroup', album(11)],
    ['an album with a caption over 1,024 characters', 'sendMediaGroup', album(2, { caption: 'x'.repeat(1025) })],
    [
      'a place that is known within 2 km only',
      'sendLocation',
      { chat_id: 7, latitude: 52.5, longitude: 13.4, horizontal_accuracy: 2000 },
    ],
    [
      'a quote over 1,024 characters',
      'sendMessage',
      { chat_id: 7, text: 'x', reply_parameters: { message_id: 5, quote: 'x'.repeat(1025) } },
    ],
    ['a hint over 64 characters', 'sendMessage', { chat_id: 7, text: 'x', reply_markup: hint(65) }],
    ['more updates than 100 at once', 'getUpdates', { limit: 101 }],
    ['a text over 4,096 units', 'sendMessage', { chat_id: 7, text: 'x'.repeat(4097) }],
    [
      'a caption over 1,024 units',
      'sendPhoto',
      { chat_id: 7, photo: 'https://a.example/x', caption: 'x'.repeat(1025) },
    ],
    ['half a character', 'sendMessage', { chat_id: 7, text: 'a\ud83d' }],
    ['an entity beyond the text', 'sendMessage', { chat_id: 7, text: 'abc', entities: [bold(1, 3)] }],
    ['an empty entity', 'sendMessage', { chat_id: 7, text: 'abc', entities: [bold(1, 0)] }],
    ['an entity that begins in a character', 'sendMessage', { chat_id: 7, text: '💡b', entities: [bold(1, 2)] }],
    [
      'entities that cross',
      'sendMessage',
      { chat_id: 7, text: 'abcdef', entities: [bold(0, 4), bold(2, 4, 'italic')] },
    ],
    ['formatting in code', 'sendMessage', { chat_id: 7, text: 'abcdef', entities: [bold(0, 6, 'code'), bold(2, 2)] }],
    ['an unknown entity', 'sendMessage', { chat_id: 7, text: 'abc', entities: [bold(0, 3, 'loud')] }],
    [
      'a link to nowhere',
      'sendMessage',
      { chat_id: 7, text: 'abc', entities: [{ ...bold(0, 3, 'text_link'), url: 'javascript:1' }] },
    ],
    ['callback data over 64 bytes', 'sendMessage', button({ callback_data: 'ä'.repeat(33) })],
    ['a button that does nothing', 'sendMessage', button({})],
    ['a button that does two things', 'sendMessage', button({ callback_data: 'a', url: 'https://a.example' })],
    ['a button to an inner address', 'sendMessage', button({ url: 'http://localhost/' })],
    ['an action nobody knows', 'sendChatAction', { chat_id: 7, action: 'dancing' }],
    ['a webhook without https', 'setWebhook', { url: 'http://bots.example/x' }],
    ['a secret of other characters', 'setWebhook', { url: 'https://bots.example/x', secret_token: 'a b' }],
  ])('%s', async (_, method, payload) => {
    await using telegram = await startFakeTelegram();
    telegram.bot(token);
    expect(await call(telegram.baseUrl, method, payload)).toMatchObject({
      status: 400,
      ok: false,
      description: expect.stringMatching(/^Bad Request: /),
    });
    expect(telegram.sent).toEqual([]);
    expect(telegram.calls).toHaveLength(1);
    expect(telegram.calls[0]?.refusal?.status).toBe(400);
  });

  it('a token it does not know, one that is none, a method that is none, and no JSON', async () => {
    await using telegram = await startFakeTelegram();
    telegram.bot(token);
    expect((await call(telegram.baseUrl, 'getMe', {}, '43:x')).status).toBe(401);
    expect((await call(telegram.baseUrl, 'getMe', {}, 'x')).status).toBe(404);
    expect((await call(telegram.baseUrl, 'danceAround', {})).status).toBe(404);
    expect((await call(telegram.baseUrl, 'getMe', '{')).status).toBe(400);
  });
});

describe('the fake Telegram', () => {
  it('takes what is right', async () => {
    await using telegram = await startFakeTelegram();
    telegram.bot(token);
    const text = 'a 💡 b';
    const payload = {
      chat_id: 7,
      text,
      entities: [bold(0, 6), bold(2, 2, 'italic')],
      reply_parameters: { message_id: 5 },
    };
    expect(await call(telegram.baseUrl, 'sendMessage', payload)).toMatchObject({ status: 200, ok: true });
    expect(telegram.sent.map((message) => message.text)).toEqual([text]);
  });

  it('gives an update until it is confirmed, and one poller only', async () => {
    await using telegram = await startFakeTelegram();
    const bot = telegram.bot(token);
    bot.queue(bot.update(7, { text: 'a' }), bot.update(7, { text: 'b' }));
    const first = await call(telegram.baseUrl, 'getUpdates', { limit: 1 });
    expect(first.result).toHaveLength(1);
    expect((await call(telegram.baseUrl, 'getUpdates', {})).result).toHaveLength(2);
    expect((await call(telegram.baseUrl, 'getUpdates', { offset: 1002 })).result).toHaveLength(1);
    const waiting = call(telegram.baseUrl, 'getUpdates', { offset: 1003, timeout: 30 });
    await telegram.called('getUpdates', 4);
    const other = call(telegram.baseUrl, 'getUpdates', { offset: 1003, timeout: 30 });
    expect(await waiting).toMatchObject({
      status: 409,
      description: expect.stringContaining('terminated by other getUpdates'),
    });
    bot.queue(bot.update(7, { text: 'c' }));
    expect((await other).result).toHaveLength(1);
  });

  it('polls for no bot that has a webhook', async () => {
    await using telegram = await startFakeTelegram();
    telegram.bot(token);
    await call(telegram.baseUrl, 'setWebhook', { url: 'https://bots.example/x' });
    expect(await call(telegram.baseUrl, 'getUpdates', {})).toMatchObject({
      status: 409,
      description: expect.stringContaining('webhook is active'),
    });
    await call(telegram.baseUrl, 'deleteWebhook', {});
    expect((await call(telegram.baseUrl, 'getUpdates', {})).status).toBe(200);
  });
});
