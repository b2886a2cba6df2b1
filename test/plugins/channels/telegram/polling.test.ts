import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startFakeTelegram } from '../../../kit/index.ts';
import { never, openTelegram } from './open-telegram.ts';
import { botYaml, deployTelegram, tokens } from './telegram-deployment.ts';

const unheard = (): void => {};
const price = ({ text }: { readonly text: string }) => /\d+ euros/.exec(text)?.[0];

describe('a bot that polls', () => {
  it('answers, in order, without anybody having called it', async () => {
    await using stage = await deployTelegram({ mode: 'polling' });
    const { telegram, acme } = stage;
    for (const lamp of ['blue', 'red', 'blue'])
      acme.queue(acme.update(7, { text: `What does the ${lamp} lamp cost?` }));
    await telegram.saw(3);
    expect(telegram.sent.map(price)).toEqual(['40 euros', '55 euros', '40 euros']);
    await telegram.called('getUpdates', telegram.calls.filter(({ method }) => method === 'getUpdates').length);
    expect(acme.pending).toBe(0);
  });

  it('has no route for webhooks', async () => {
    await using stage = await deployTelegram({ mode: 'polling' });
    const response = await fetch(`${stage.deployment.url}/v1/acme/tg/webhook`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
  });

  it('answers once what it gets again because the process stopped before it confirmed', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-telegram-'));
    await using telegram = await startFakeTelegram();
    const acme = telegram.bot(tokens.acme, 'acme_bot');
    const update = acme.update(7, { text: 'What does the blue lamp cost?' });
    try {
      {
        await using _ = await deployTelegram({ telegram, dataDirectory, mode: 'polling' });
        acme.queue(update);
        await telegram.saw(1);
      }
      acme.queue(update, acme.update(7, { text: 'What does the red lamp cost?' }));
      await using _ = await deployTelegram({ telegram, dataDirectory, mode: 'polling' });
      await telegram.saw(2);
      expect(telegram.sent.map(price)).toEqual(['40 euros', '55 euros']);
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  });

  it('answers once in a group that becomes a supergroup between two messages, also after a crash', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-telegram-'));
    await using telegram = await startFakeTelegram();
    const acme = telegram.bot(tokens.acme, 'acme_bot');
    const [small, large] = [
      { id: -50, type: 'group' },
      { id: -100_050, type: 'supergroup' },
    ];
    const ask = (chat: object, lamp: string) =>
      acme.update(7, {
        chat,
        text: `@acme_bot What does the ${lamp} lamp cost?`,
        entities: [{ type: 'mention', offset: 0, length: 9 }],
      });
    const batch = [
      ask(small, 'blue'),
      acme.update(7, { chat: small, migrate_to_chat_id: large.id }),
      ask(large, 'red'),
    ];
    try {
      {
        await using _ = await deployTelegram({ telegram, dataDirectory, mode: 'polling' });
        acme.queue(...batch);
        await telegram.saw(2);
      }
      acme.queue(...batch, ask(large, 'blue'));
      await using stage = await deployTelegram({ telegram, dataDirectory, mode: 'polling' });
      await telegram.saw(3);
      expect(telegram.sent.map(price)).toEqual(['40 euros', '55 euros', '40 euros']);
      const conversations = stage.deployment.application.store.forTenant('acme').conversations.list({ limit: 10 });
      expect(conversations.map(({ externalId }) => externalId)).toEqual([String(large.id)]);
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  });

  it('hands over on a reload: one polls at a time, nothing is lost and nothing answered twice', async () => {
    await using stage = await deployTelegram({ mode: 'polling' });
    const { telegram, acme, deployment } = stage;
    await telegram.called('getUpdates', 1);
    for (let round = 1; round <= 3; round += 1) {
      const more = `, mode: polling, maxConnections: ${round}`;
      await deployment.write('acme/bot.yaml', botYaml(telegram, '${secret:token}', more));
      expect(await deployment.application.kernel.reload('acme', never)).toMatchObject({ outcome: 'swapped' });
      acme.queue(acme.update(7, { text: 'What does the blue lamp cost?' }));
      await telegram.saw(round);
    }
    expect(telegram.sent).toHaveLength(3);
    expect(deployment.lines.filter((line) => line.includes('TGM3202'))).toEqual([]);
  });

  it('stops polling when it is taken out', async () => {
    await using stage = await deployTelegram({ mode: 'polling' });
    const { telegram, acme, deployment } = stage;
    await telegram.called('getUpdates', 2);
    await deployment.write(
      'acme/bot.yaml',
      botYaml(telegram, '${secret:token}', ', mode: polling').replace(
        'use: telegram\n',
        'use: telegram\n    enabled: false\n',
      ),
    );
    await deployment.application.kernel.reload('acme', never);
    acme.queue(acme.update(7, { text: 'What does the blue lamp cost?' }));
    const before = telegram.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(telegram.calls.length).toBe(before);
    expect(acme.pending).toBe(1);
  });

  it('confirms an update only when its message is stored', async () => {
    await using stage = await openTelegram({ mode: 'polling' });
    const { telegram, bot, channel } = stage;
    bot.queue(bot.update(7, { text: 'one' }), bot.wrap('poll', { id: '1' }), bot.update(7, { text: 'two' }));
    const stop = new AbortController();
    await expect(
      channel.listen?.(() => Promise.reject(new Error('the disk is full')), stop.signal, unheard),
    ).rejects.toThrow('the disk is full');
    expect(bot.pending).toBe(3);

    const got: string[] = [];
    let heard = 0;
    const listening = channel.listen?.(
      async (messages) => {
        for (const { text } of messages) got.push(text ?? '');
        return [];
      },
      stop.signal,
      () => {
        heard += 1;
      },
    );
    await telegram.called('getUpdates', 3);
    expect(got).toEqual(['one', 'two']);
    expect(heard).toBe(1);
    expect(telegram.calls.at(-1)?.payload['offset']).toBe(1004);
    stop.abort();
    await listening?.catch(() => undefined);
    expect(bot.pending).toBe(0);
  });

  it('answers presses of buttons', async () => {
    await using stage = await openTelegram({ mode: 'polling' });
    const { telegram, bot, channel } = stage;
    const from = { id: 7, is_bot: false, first_name: 'Ada' };
    bot.queue(
      bot.wrap('callback_query', {
        id: '9',
        from,
        chat_instance: '1',
        data: 'yes',
        message: bot.message(7, { text: 'Sure?' }),
      }),
    );
    const stop = new AbortController();
    const listening = channel.listen?.(async () => [], stop.signal, unheard);
    await telegram.called('answerCallbackQuery', 1);
    stop.abort();
    await listening?.catch(() => undefined);
    expect(telegram.calls.find(({ method }) => method === 'answerCallbackQuery')?.payload).toEqual({
      callback_query_id: '9',
    });
  });

  it.each([
    [
      'a webhook is set',
      {
        status: 409,
        description:
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      },
      { code: 'TGM3202', message: expect.stringContaining('a webhook is set') },
    ],
    [
      'somebody else polls',
      {
        status: 409,
        description:
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      },
      { code: 'TGM3202', message: expect.stringContaining('another process polls this bot'), retryAfterMs: 30_000 },
    ],
    [
      'it has to wait',
      { status: 429, description: 'Too Many Requests: retry after 5', parameters: { retry_after: 5 } },
      { code: 'TGM3205', retryAfterMs: 5000 },
    ],
    ['the token is refused', { status: 401, description: 'Unauthorized' }, { code: 'TGM3201' }],
  ] as const)('says so when %s', async (_, refusal, expected) => {
    await using stage = await openTelegram({ mode: 'polling' });
    stage.telegram.meet({ kind: 'refuse', method: 'getUpdates', ...refusal });
    await expect(stage.channel.listen?.(async () => [], never, unheard)).rejects.toMatchObject(expected);
  });

  it.each([
    [
      'TGM3202',
      { status: 409, description: "Conflict: can't use getUpdates method while webhook is active" },
      /delete/,
    ],
    ['TGM3201', { status: 401, description: 'Unauthorized' }, /BotFather/],
  ] as const)(
    'is not well while Telegram answers with %s, and says since when and what to do',
    async (code, refusal, next) => {
      const telegram = await startFakeTelegram();
      telegram.meet(
        ...Array.from({ length: 40 }, () => ({ kind: 'refuse', method: 'getUpdates', ...refusal }) as const),
      );
      await using stage = await deployTelegram({ mode: 'polling', telegram });
      const { url } = stage.deployment;
      const health = await vi.waitFor(async () => {
        const response = await fetch(`${url}/v1/acme/tg/health`);
        expect(response.status).toBe(503);
        return response;
      });
      expect(health.headers.get('content-type')).toContain('application/problem+json');
      const problem = (await health.json()) as { readonly since: string };
      expect(problem).toMatchObject({ code, detail: expect.stringMatching(next), instance: expect.any(String) });
      expect(Date.parse(problem.since)).not.toBeNaN();
      await vi.waitFor(async () => {
        const ready = await fetch(`${url}/ready`);
        expect(ready.status).toBe(200);
        expect(await ready.json()).toMatchObject({ channels: { failing: 2 } });
      });
      expect(JSON.stringify(problem)).not.toContain('bot-token');
      await telegram[Symbol.asyncDispose]();
    },
  );

  it('goes on after the service failed', async () => {
    await using stage = await deployTelegram({ mode: 'polling' });
    const { telegram, acme } = stage;
    telegram.meet({ kind: 'page', method: 'getUpdates', status: 502 });
    acme.queue(acme.update(7, { text: 'What does the blue lamp cost?' }));
    acme.queue(acme.update(7, { text: 'What does the red lamp cost?' }));
    await telegram.saw(2);
    expect(telegram.sent.map(price)).toEqual(['40 euros', '55 euros']);
    expect((await fetch(`${stage.deployment.url}/v1/acme/tg/health`)).status).toBe(200);
  });
});
