import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelegramFault } from '../../../kit/index.ts';
import { FakeClock } from '../../../kit/index.ts';
import { type OpenTelegram, openTelegram, refuse, send } from './open-telegram.ts';

let stage: OpenTelegram;
beforeEach(async () => {
  stage = await openTelegram({ webhookSecret: 'hook' });
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('what became of a message', () => {
  it.each<[string, TelegramFault, object]>([
    [
      'waits as long as told',
      refuse(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
      { status: 'rejected', reason: 'TGM3205 Telegram asks to wait', retryAfterMs: 7000 },
    ],
    [
      'is tried again after a failure of theirs',
      refuse(500, 'Internal Server Error'),
      { status: 'rejected', reason: 'TGM3206 Telegram failed with status 500', retryAfterMs: 3000 },
    ],
    [
      'ends with a token that is refused',
      refuse(401, 'Unauthorized'),
      { status: 'rejected', reason: 'TGM3201 Telegram refused the token of the bot' },
    ],
    [
      'ends where the person blocked the bot',
      refuse(403, 'Forbidden: bot was blocked by the user'),
      { status: 'rejected', reason: 'TGM3203 the person has blocked the bot' },
    ],
    [
      'ends where the bot was removed',
      refuse(403, 'Forbidden: bot was kicked from the supergroup chat'),
      { status: 'rejected', reason: 'TGM3203 the bot was removed from the group' },
    ],
    [
      'ends where the person never wrote',
      refuse(403, "Forbidden: bot can't initiate conversation with a user"),
      { status: 'rejected', reason: 'TGM3203 the person has not written to the bot yet' },
    ],
    [
      'ends where the account is deleted',
      refuse(403, 'Forbidden: user is deactivated'),
      { status: 'rejected', reason: 'TGM3203 the account of the person is deleted' },
    ],
    [
      'ends where there is no chat',
      refuse(400, 'Bad Request: chat not found'),
      { status: 'rejected', reason: 'TGM3204 the chat does not exist' },
    ],
    ...(
      [
        ['not enough rights to send text messages to the chat', 'TGM3203 the group does not let the bot write'],
        ['have no rights to send a message', 'TGM3203 the group does not let the bot write'],
        ['CHAT_WRITE_FORBIDDEN', 'TGM3203 the group does not let the bot write'],
        ['CHAT_SEND_PLAIN_FORBIDDEN', 'TGM3203 the group does not let the bot write'],
        ['TOPIC_CLOSED', 'TGM3203 the topic is closed'],
        ['USER_IS_BLOCKED', 'TGM3203 the person has blocked the bot'],
        ['message thread not found', 'TGM3204 the topic does not exist any more'],
        ['TOPIC_DELETED', 'TGM3204 the topic does not exist any more'],
      ] as const
    ).map(([said, reason]): [string, TelegramFault, object] => [
      `ends where the place takes no message: ${said}`,
      refuse(400, `Bad Request: ${said}`),
      { status: 'rejected', reason },
    ]),
    ...[403, 404, 407].map((status): [string, TelegramFault, object] => [
      `blames neither token nor chat for a page with status ${status} that is not of Telegram`,
      { kind: 'page', status },
      { status: 'rejected', reason: `TGM3208 a page with status ${status} came, which is not of Telegram` },
    ]),
    [
      'ends with any other refusal',
      refuse(400, 'Bad Request: topic closed'),
      { status: 'rejected', reason: 'TGM3206 Telegram refused the request with status 400' },
    ],
    ...[500, 502, 503].map((status): [string, TelegramFault, object] => [
      `is tried again after a page with status ${status} from a server in front of Telegram`,
      { kind: 'page', status },
      { status: 'rejected', reason: `TGM3206 Telegram failed with status ${status}`, retryAfterMs: 3000 },
    ]),
    ['is uncertain where a gateway waited in vain', { kind: 'page', status: 504 }, { status: 'uncertain' }],
    ['is uncertain where Telegram itself waited in vain', refuse(504, 'Gateway Timeout'), { status: 'uncertain' }],
    ['is uncertain when the line breaks after it was sent', { kind: 'reset after delivery' }, { status: 'uncertain' }],
  ])('%s', async (_, fault, expected) => {
    stage.telegram.meet(fault);
    expect(await send(stage.channel)).toEqual(expected);
    expect(stage.lines.filter((line) => line.includes('token-of-the-tests') || line.includes('Hello'))).toEqual([]);
  });

  it('is tried again in a second when Telegram was never reached', async () => {
    await stage.telegram[Symbol.asyncDispose]();
    expect(await send(stage.channel)).toEqual({
      status: 'rejected',
      reason: 'TGM3207 Telegram could not be reached',
      retryAfterMs: 1000,
    });
  });

  it('is uncertain when no answer comes in time', async () => {
    const clock = new FakeClock();
    await using slow = await openTelegram({}, clock);
    slow.telegram.meet({ kind: 'silence after delivery' });
    const result = send(slow.channel);
    await slow.telegram.saw(1);
    await clock.advance(30_000);
    expect(await result).toEqual({ status: 'uncertain' });
  });

  it('is a refusal for ever where the address may not be reached', async () => {
    await using inner = await openTelegram({ baseUrl: 'http://10.0.0.1:1' });
    expect(await send(inner.channel)).toEqual({ status: 'rejected', reason: expect.stringContaining('TGM3207') });
  });

  it('follows a group that has become a supergroup, from then on at once', async () => {
    stage.telegram.meet(
      refuse(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -100999 }),
    );
    expect(await send(stage.channel, { conversation: '-5' })).toMatchObject({
      status: 'delivered',
      providerMessageId: expect.stringMatching(/^-100999:/),
    });
    await send(stage.channel, { id: 'out_2', conversation: '-5', answers: '-5:9' });
    expect(stage.telegram.sent[1]?.payload['reply_parameters']).toBeUndefined();
    expect(stage.telegram.sent.map(({ chatId }) => chatId)).toEqual([-100999, -100999]);
    expect(stage.telegram.calls).toHaveLength(3);
  });

  it('loses its form rather than its words', async () => {
    stage.telegram.meet(refuse(400, "Bad Request: can't parse entities: something new"));
    expect(await send(stage.channel, { text: '**Hello**' })).toMatchObject({ status: 'delivered' });
    expect(stage.telegram.sent[0]?.payload).toEqual({
      chat_id: 7,
      text: 'Hello',
      link_preview_options: { is_disabled: true },
    });
  });

  it.each([
    'not enough rights to send photos to the chat',
    'CHAT_SEND_PHOTOS_FORBIDDEN',
    'VOICE_MESSAGES_FORBIDDEN',
    'REPLY_MARKUP_TOO_LONG',
  ])('says in words what the chat takes in no other form: %s', async (said) => {
    stage.telegram.meet(refuse(400, `Bad Request: ${said}`));
    const attachments = [
      { id: 'p', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' },
    ] as const;
    expect(await send(stage.channel, { text: 'The lamp', attachments })).toMatchObject({ status: 'delivered' });
    expect(stage.telegram.sent.map(({ method, text }) => [method, text])).toEqual([
      ['sendMessage', 'The lamp\n\nhttps://shop.example/l.png'],
    ]);
  });

  it('is not even begun when the process stops', async () => {
    expect(await send(stage.channel, {}, AbortSignal.abort())).toMatchObject({
      status: 'rejected',
      retryAfterMs: 1000,
    });
    expect(stage.telegram.calls).toEqual([]);
  });
});
