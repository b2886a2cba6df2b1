import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Chance } from '../../../fuzz/chance.ts';
import { updateOfSpecification } from '../../../fuzz/telegram.ts';
import { deployTelegram, secret } from './telegram-deployment.ts';

const seed = 20_261_121;
const samples = new URL('../../../fixtures/telegram/updates/', import.meta.url);

describe('whatever Telegram may send', () => {
  it('400 updates built from its specification and bent are answered with 200 or refused, never with a failure', async () => {
    await using stage = await deployTelegram();
    const { acme, deployment, telegram } = stage;
    const url = acme.webhook?.url ?? '';
    const statuses = new Map<number, number>();
    const post = async (index: number) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-telegram-bot-api-secret-token': `${secret}-acme` },
        body: JSON.stringify(updateOfSpecification(new Chance(seed, index))),
      });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    };
    const worker = async (first: number) => {
      for (let index = 0; index < 50; index += 1) await post(first * 50 + index);
    };
    await Promise.all(Array.from({ length: 8 }, (_, first) => worker(first)));
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 400)).toEqual([]);
    expect(statuses.get(200)).toBeGreaterThan(380);
    expect(deployment.lines.filter((line) => line.includes('"level":50') || line.includes('"level":"error"'))).toEqual(
      [],
    );
    // Enough of them are messages that the test means something.
    expect(telegram.calls.filter(({ method }) => method === 'sendMessage').length).toBeGreaterThan(20);
    expect(telegram.calls.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  }, 60_000);

  it('every recorded update is acknowledged, and what is not for the bot is named in the log', async () => {
    await using stage = await deployTelegram();
    const { acme, deployment } = stage;
    for (const file of readdirSync(samples)) {
      const before = deployment.lines.length;
      const { status } = await fetch(acme.webhook?.url ?? '', {
        method: 'POST',
        headers: { 'x-telegram-bot-api-secret-token': `${secret}-acme` },
        body: readFileSync(new URL(file, samples)),
      });
      const lines = deployment.lines.slice(before).join('');
      const isLeftOut = file.includes('invoice') || file.includes('payment');
      expect([file, status, lines.includes('an update is not for the bot')]).toEqual([file, 200, isLeftOut]);
    }
    expect(deployment.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it.each(['', '{', '[]', 'null', '"x"', '12', '\u0000', '{"update_id":'])(
    'a body that is no object is refused as such: %j',
    async (body) => {
      await using stage = await deployTelegram();
      const response = await fetch(stage.acme.webhook?.url ?? '', {
        method: 'POST',
        headers: { 'x-telegram-bot-api-secret-token': `${secret}-acme` },
        body,
      });
      expect(response.status).toBe(400);
    },
  );
});
