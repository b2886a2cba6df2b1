import { setTimeout as sleep } from 'node:timers/promises';
import { openChat } from '../whole/chat-client.ts';
import { deploy } from '../whole/deployment.ts';
import { type Bench, quantile } from './measure.ts';
import { lampShop } from './sample-tenants.ts';

const rounds = 30;
const turns = 1000;
const mark = (round: number) => `Answer of revision ${round}.`;

/** From the saved file to the first answer of the new revision; and 1,000 turns in flight while revisions change under them. */
export const bench: Bench = {
  name: 'reload',
  run: async () => {
    await using deployment = await deploy({ files: lampShop(mark(0)) });
    const stop = new AbortController();
    const { kernel, conversations } = deployment.application;
    const watching = kernel.watch(() => {}, stop.signal).catch(() => {});
    await sleep(500);
    const save = (round: number) => deployment.write('shop/bot.yaml', lampShop(mark(round))['shop/bot.yaml'] ?? '');
    const revision = () => kernel.tenant('shop').revision ?? '';

    const servingMs: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const before = revision();
      const savedMs = performance.now();
      await save(round);
      while (revision() === before) await sleep(1);
      servingMs.push(performance.now() - savedMs);
      await sleep(150);
    }

    const textOf = new Map<string, string>();
    const chats = await Promise.all(Array.from({ length: turns }, () => openChat(deployment.url, 'shop')));
    textOf.set(revision(), mark(rounds));
    const answers = chats.map((chat, index) =>
      sleep(index / 2).then(() => chat.ask('Who won the football match in Lisbon?')),
    );
    for (let round = 100; round < 106; round += 1) {
      const before = revision();
      await save(round);
      while (revision() === before) await sleep(1);
      textOf.set(revision(), mark(round));
      await sleep(60);
    }
    let answered = 0;
    let mixed = 0;
    const seen = new Set<string>();
    for (const { status, reply, turn } of await Promise.all(answers)) {
      if (status === 200 && reply !== null) answered += 1;
      const trace = await conversations.trace('shop', turn, AbortSignal.timeout(10_000));
      seen.add(trace?.revision ?? '');
      if (!reply?.text.includes(textOf.get(trace?.revision ?? '') ?? 'no such revision')) mixed += 1;
    }
    stop.abort();
    await watching;
    return [
      {
        what: 'from file saved to serving, p95',
        value: quantile(servingMs, 0.95),
        unit: 'ms',
        goal: { op: '<=', value: 300 },
      },
      { what: 'from file saved to serving, p50', value: quantile(servingMs, 0.5), unit: 'ms' },
      {
        what: `${turns} turns in flight during six reloads: lost`,
        value: turns - answered,
        unit: 'turns',
        goal: { op: '<=', value: 0 },
      },
      { what: 'answered by a mixture of revisions', value: mixed, unit: 'turns', goal: { op: '<=', value: 0 } },
      { what: 'revisions that answered', value: seen.size, unit: '', goal: { op: '>=', value: 2 } },
    ];
  },
};
