import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom, startFakeTelegram } from '../../../kit/index.ts';
import { deployTelegram, secret, tokens } from './telegram-deployment.ts';

describe('a conversation on Telegram', () => {
  it('answers a message once, in its chat', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    const statuses = await telegram.deliver(acme, acme.update(7, { text: 'What does the blue lamp cost?' }));
    expect(statuses).toEqual([200]);
    await telegram.saw(1);
    expect(telegram.sent).toEqual([expect.objectContaining({ bot: 111111, chatId: 7, method: 'sendMessage' })]);
    expect(telegram.sent[0]?.text).toContain('40 euros');
    expect(telegram.calls.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  });

  it('answers once what is delivered five times at once, and again later', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    const update = acme.update(7, { text: 'What does the blue lamp cost?' });
    expect(await telegram.deliver(acme, update, 5)).toEqual([200, 200, 200, 200, 200]);
    await telegram.saw(1);
    expect(await telegram.deliver(acme, update)).toEqual([200]);
    await telegram.deliver(acme, acme.update(7, { text: 'What does the red lamp cost?' }));
    await telegram.saw(2);
    expect(telegram.sent.map(({ text }) => /\d+ euros/.exec(text)?.[0])).toEqual(['40 euros', '55 euros']);
  });

  it('says once that it cannot read a story, and nothing to what nobody said', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, deployment } = stage;
    const story = acme.update(7, { story: { id: 1, chat: { id: 7, type: 'private' } } });
    expect(await telegram.deliver(acme, story, 3)).toEqual([200, 200, 200]);
    await telegram.deliver(acme, acme.update(8, { pinned_message: acme.message(8, { text: 'x' }) }));
    await telegram.deliver(acme, acme.wrap('message_reaction', { chat: { id: 8, type: 'private' }, message_id: 3 }));
    const group = { id: -100500, type: 'supergroup', title: 'Lamps' };
    await telegram.deliver(acme, acme.update(9, { chat: group, story: { id: 2, chat: group } }));
    await telegram.saw(1);
    await telegram.deliver(acme, acme.update(8, { text: 'What does the blue lamp cost?' }));
    await telegram.saw(2);
    expect(telegram.sent.map(({ chatId }) => chatId)).toEqual([7, 8]);
    expect(telegram.sent[0]?.text).toContain('I cannot read this kind of message');
    expect(deployment.lines.join('')).toContain('"kinds":["story"]');
  });

  it('answers each message of twenty people once, each delivered one to five times, shuffled', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    const people = Array.from({ length: 20 }, (_, index) => 100 + index);
    const updates = people.map((person) => acme.update(person, { text: 'What does the blue lamp cost?' }));
    const statuses = await telegram.storm(acme, updates, { random: seededRandom(7), maxTimes: 5 });
    expect(statuses.length).toBeGreaterThan(40);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await telegram.saw(20);
    await telegram.storm(acme, updates, { random: seededRandom(8), maxTimes: 2 });
    expect(telegram.sent.map(({ chatId }) => chatId).toSorted()).toEqual(people);
  });

  it('answers once what is delivered again after a restart', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-telegram-'));
    await using telegram = await startFakeTelegram();
    try {
      const acme = telegram.bot(tokens.acme);
      const update = acme.update(7, { text: 'What does the blue lamp cost?' });
      {
        await using first = await deployTelegram({ telegram, dataDirectory });
        await telegram.deliver(first.acme, update, 2);
        await telegram.saw(1);
      }
      await using second = await deployTelegram({ telegram, dataDirectory });
      expect(await telegram.deliver(second.acme, update, 3)).toEqual([200, 200, 200]);
      await telegram.deliver(acme, acme.update(7, { text: 'What does the red lamp cost?' }));
      await telegram.saw(2);
      expect(telegram.sent).toHaveLength(2);
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  });

  it('delivers after Telegram has asked to wait, and keeps the order', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    telegram.meet({
      kind: 'refuse',
      status: 429,
      description: 'Too Many Requests: retry after 0',
      parameters: { retry_after: 0 },
    });
    for (const lamp of ['blue', 'red', 'blue', 'red'])
      await telegram.deliver(acme, acme.update(7, { text: `What does the ${lamp} lamp cost?` }));
    await telegram.saw(4);
    const prices = telegram.sent.map(({ text }) => /\d+ euros/.exec(text)?.[0]);
    expect(prices).toEqual(['40 euros', '55 euros', '40 euros', '55 euros']);
  }, 20_000);

  it('does not repeat what may have arrived', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    telegram.meet({ kind: 'reset after delivery' });
    await telegram.deliver(acme, acme.update(7, { text: 'What does the blue lamp cost?' }));
    await telegram.saw(1);
    await telegram.deliver(acme, acme.update(7, { text: 'What does the red lamp cost?' }));
    await telegram.saw(2);
    expect(telegram.sent.map(({ text }) => /\d+ euros/.exec(text)?.[0])).toEqual(['40 euros', '55 euros']);
  });

  it('keeps two bots apart, though the same person writes to both with the same message numbers', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, other } = stage;
    await Promise.all([
      telegram.deliver(acme, acme.update(7, { text: 'What does the blue lamp cost?' })),
      telegram.deliver(other, other.update(7, { text: 'What does the red lamp cost?' })),
    ]);
    await telegram.saw(2);
    const of = (bot: number) =>
      telegram.sent.filter((message) => message.bot === bot).map(({ text }) => /\d+/.exec(text)?.[0]);
    expect(of(111111)).toEqual(['40']);
    expect(of(222222)).toEqual(['55']);
  });

  it("refuses a missing, a wrong and another bot's secret, and writes no row", async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, deployment } = stage;
    const url = acme.webhook?.url ?? '';
    const body = JSON.stringify(acme.update(7, { text: 'Hello' }));
    for (const told of [undefined, 'wrong', `${secret}-other`, `${secret}-acm`, `${secret}-acmee`, '']) {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: told === undefined ? {} : { 'x-telegram-bot-api-secret-token': told },
      });
      expect(response.status).toBe(401);
    }
    expect(await deployment.application.conversations.list('acme', {}, new AbortController().signal)).toEqual([]);
    expect(telegram.calls).toEqual([]);
  });

  it('writes the token nowhere', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, deployment } = stage;
    telegram.meet(
      { kind: 'refuse', status: 401, description: 'Unauthorized' },
      { kind: 'page', status: 502 },
      { kind: 'reset after delivery' },
    );
    for (const text of ['one', 'two', 'three', 'four'])
      await telegram.deliver(acme, acme.update(7, { text: `What does the blue lamp cost, ${text}?` }));
    await telegram.saw(2);
    expect(deployment.lines.length).toBeGreaterThan(0);
    const [, key = ''] = tokens.acme.split(':');
    expect(deployment.lines.filter((line) => line.includes(key) || line.includes(`${secret}-acme`))).toEqual([]);
  });

  it('shows a pressed button as taken', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    const press = acme.wrap('callback_query', {
      id: '4242',
      from: { id: 7, is_bot: false, first_name: 'Ada' },
      chat_instance: '1',
      data: 'blue',
      message: {
        ...acme.message(7, { text: 'Which lamp?' }),
        reply_markup: { inline_keyboard: [[{ text: 'What does the blue lamp cost?', callback_data: 'blue' }]] },
      },
    });
    await telegram.deliver(acme, press, 2);
    await telegram.saw(1);
    expect(telegram.sent[0]?.text).toContain('40 euros');
    const presses = telegram.calls.filter(({ method }) => method === 'answerCallbackQuery');
    expect(presses[0]?.payload).toEqual({ callback_query_id: '4242' });
    expect(telegram.sent).toHaveLength(1);
  });

  it('answers Start with the greeting, once, and with nothing else', async () => {
    await using stage = await deployTelegram({ greeting: 'Hello, I am the AI assistant of the lamp shop.' });
    const { telegram, acme } = stage;
    await telegram.deliver(acme, acme.update(7, { text: '/start spring-sale' }));
    await telegram.saw(1);
    await telegram.deliver(acme, acme.update(7, { text: 'What does the blue lamp cost?' }));
    await telegram.saw(2);
    await telegram.deliver(acme, acme.update(7, { text: '/start' }));
    await telegram.saw(3);
    expect(telegram.sent.map(({ text }) => text.slice(0, 22))).toEqual([
      'Hello, I am the AI ass',
      'The blue lamp costs 40',
      'Hello, I am the AI ass',
    ]);
  });

  it('answers in a group only who speaks to the bot, under what was asked', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    const chat = { id: -100200, type: 'supergroup', title: 'Lamps' };
    const say = (text: string, more: object = {}) => telegram.deliver(acme, acme.update(7, { chat, text, ...more }));
    await say('What does the blue lamp cost?');
    await say('@acme_bot what does the red lamp cost?', { entities: [{ type: 'mention', offset: 0, length: 9 }] });
    await telegram.saw(1);
    expect(telegram.sent).toHaveLength(1);
    expect(telegram.sent[0]).toMatchObject({ chatId: -100200, text: expect.stringContaining('55 euros') });
    expect(telegram.sent[0]?.payload['reply_parameters']).toMatchObject({ message_id: 3 });
    expect(telegram.calls.filter(({ method }) => method === 'getMe')).toHaveLength(1);
  });

  it('takes a group message again when Telegram did not tell the name of the bot', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme } = stage;
    const chat = { id: -100200, type: 'supergroup', title: 'Lamps' };
    const update = acme.update(7, { chat, text: '/price What does the blue lamp cost?' });
    telegram.meet({
      kind: 'refuse',
      method: 'getMe',
      status: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 1 },
    });
    expect(await telegram.deliver(acme, update)).toEqual([503]);
    expect(await telegram.deliver(acme, update)).toEqual([200]);
    await telegram.saw(1);
  });

  it.each(['webhook', 'polling'] as const)(
    'goes on with its history when its group becomes a supergroup (%s)',
    async (mode) => {
      await using stage = await deployTelegram({ mode });
      const { telegram, acme, deployment } = stage;
      const [small, large] = [
        { id: -50, type: 'group', title: 'Lamps' },
        { id: -100_050, type: 'supergroup', title: 'Lamps' },
      ];
      const tell = async (message: object) => {
        const update = acme.update(7, { ...message });
        if (mode === 'polling') acme.queue(update);
        else expect(await telegram.deliver(acme, update)).toEqual([200]);
      };
      const ask = (chat: object, lamp: string) =>
        tell({ chat, text: `/ask@acme_bot What does the ${lamp} lamp cost?` });
      await ask(small, 'blue');
      await telegram.saw(1);
      await tell({ chat: small, migrate_to_chat_id: large.id });
      await tell({ chat: large, migrate_from_chat_id: small.id });
      await ask(large, 'red');
      await telegram.saw(2);
      expect(telegram.sent.map(({ chatId }) => chatId)).toEqual([small.id, large.id]);
      const { store } = deployment.application;
      const conversations = store.forTenant('acme').conversations.list({ limit: 10 });
      expect(conversations.map(({ externalId }) => externalId)).toEqual([String(large.id)]);
      const place = { conversationId: conversations[0]?.id ?? '', sessionId: conversations[0]?.sessionId ?? '' };
      const said = store.forTenant('acme').messages.recent(place, 10);
      expect(said.map(({ role }) => role)).toEqual(['contact', 'bot', 'contact', 'bot']);
      const { people } = store.forTenant('acme');
      const contactId = people.at({ channel: conversations[0]?.channel ?? '', externalId: String(large.id) });
      expect(contactId).toBe(conversations[0]?.contactId);
      expect(people.byId(contactId ?? '')).toMatchObject({ name: 'Lamps' });
    },
  );

  it('goes on with its history also where only a refused answer told of the supergroup', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, deployment } = stage;
    const ask = (chat: object) =>
      telegram.deliver(acme, acme.update(7, { chat, text: '/ask@acme_bot What does the blue lamp cost?' }));
    telegram.meet({
      kind: 'refuse',
      status: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -100_050 },
    });
    await ask({ id: -50, type: 'group' });
    await telegram.saw(1);
    await ask({ id: -100_050, type: 'supergroup' });
    await telegram.saw(2);
    const conversations = deployment.application.store.forTenant('acme').conversations.list({ limit: 10 });
    expect(conversations.map(({ externalId }) => externalId)).toEqual(['-100050']);
  });

  it('knows what Telegram tells again of a group that has become a supergroup since', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, deployment } = stage;
    const small = { id: -50, type: 'group', title: 'Lamps' };
    const asked = acme.update(7, { chat: small, text: '/ask@acme_bot What does the blue lamp cost?' });
    await telegram.deliver(acme, asked);
    await telegram.saw(1);
    await telegram.deliver(acme, acme.update(7, { chat: small, migrate_to_chat_id: -100_050 }));
    expect(await telegram.deliver(acme, asked)).toEqual([200]);
    await telegram.deliver(acme, acme.update(8, { text: '/ask Does anything else wait?' }));
    await telegram.saw(2);
    expect(telegram.sent.map(({ chatId }) => chatId)).toEqual([small.id, 8]);
    expect(deployment.application.store.forTenant('acme').conversations.list({ limit: 10 })).toHaveLength(2);
  });

  it('leaves two groups apart where both have a conversation', async () => {
    await using stage = await deployTelegram();
    const { telegram, acme, deployment } = stage;
    const chats = [-50, -100_050].map((id) => ({ id, type: 'supergroup', title: 'Lamps' }));
    for (const [index, chat] of chats.entries()) {
      await telegram.deliver(acme, acme.update(7, { chat, text: '/ask@acme_bot What does the blue lamp cost?' }));
      await telegram.saw(index + 1);
    }
    await telegram.deliver(acme, acme.update(7, { chat: chats[0], migrate_to_chat_id: -100_050 }), 2);
    const { conversations } = deployment.application.store.forTenant('acme');
    expect(new Set(conversations.list({ limit: 10 }).map(({ externalId }) => externalId))).toEqual(
      new Set(['-50', '-100050']),
    );
  });
});
