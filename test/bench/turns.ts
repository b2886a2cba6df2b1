import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConversations } from '../../core/conversation/engine.ts';
import { createEventBus } from '../../core/conversation/events/event-bus.ts';
import { systemClock, systemRandom } from '../../core/kernel/system.ts';
import { openStore } from '../../core/store/open-store.ts';
import { fakeModel, makeBot, saying, silentLog } from '../core/conversation/rig.ts';

export interface TurnFigures {
  readonly turns: number;
  readonly conversations: number;
  /** Flat out: each conversation asks again as soon as it has its answer. */
  readonly turnsPerSecond: number;
  /** The framework's share at the pace of `pacedPerSecond`: from a message's arrival to its stored reply, with a model that takes no time. */
  readonly shareP50Ms: number;
  readonly shareP95Ms: number;
  readonly pacedPerSecond: number;
}

const pacedPerSecond = 300;
const pacedMs = 3000;
const signal = new AbortController().signal;

/** Durable turns with a model that answers at once, so that what is measured is ours: store, mailbox, turn, events. */
export async function run(
  options: { readonly turns?: number; readonly conversations?: number } = {},
): Promise<TurnFigures> {
  const { turns = 3000, conversations = 50 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-bench-'));
  const store = await openStore({ path: join(folder, 'bench.db'), clock: systemClock, log: silentLog });
  const unlimited = { count: 1e9, perMs: 1000 };
  const bot = makeBot('bench', {
    limits: { perContact: unlimited, perTenant: unlimited, maxTurns: 1e9, toolCallsPerTurn: 6 },
  });
  const model = fakeModel(saying('That ', 'is ', 'the ', 'answer.'));
  const engine = createConversations({
    store,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    events: createEventBus(),
    render: (template) => template,
    leases: {
      acquire: () => ({
        runtime: {
          bot,
          models: async function* () {
            yield model;
          },
          retrieval: async () => undefined,
          tools: async () => new Map(),
          channel: async () => ({
            capabilities: {
              text: { maxLength: 100_000, format: 'markdown' },
              media: [],
              buttons: 0,
              streaming: 'events',
            },
          }),
          signal,
        },
        [Symbol.dispose]: () => {},
      }),
      botOf: () => bot,
      retentionOf: () => undefined,
    },
  });
  const grant = engine.conversationsOf('bench', 'web');
  const deliver = engine.deliverer('bench', 'web');
  const sessions: string[] = [];
  for (let index = 0; index < conversations; index += 1) {
    sessions.push((await grant.createSession({}, signal)).session.id);
  }
  let asked = 0;
  const ask = async (session: string): Promise<number> => {
    asked += 1;
    const startMs = performance.now();
    const [receipt] = await deliver([
      { id: `m${asked}`, conversation: session, contact: { id: session }, text: 'What does it cost?' },
    ]);
    if (receipt?.status !== 'stored') throw new Error(`a message was not stored: ${JSON.stringify(receipt)}`);
    const outcome = await grant.reply(receipt.turnId, signal);
    if (outcome.status !== 'completed') throw new Error(`a turn ended as ${outcome.status}`);
    return performance.now() - startMs;
  };

  const startMs = performance.now();
  const each = Math.ceil(turns / conversations);
  await Promise.all(
    sessions.map(async (session) => {
      for (let turn = 0; turn < each; turn += 1) await ask(session);
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;

  const pacing: Promise<number>[] = [];
  const pacedFromMs = performance.now();
  while (performance.now() - pacedFromMs < pacedMs) {
    const due = Math.floor(((performance.now() - pacedFromMs) * pacedPerSecond) / 1000);
    while (pacing.length < due) pacing.push(ask(sessions[pacing.length % conversations] ?? ''));
    await systemClock.sleep(1);
  }
  const shares = await Promise.all(pacing);

  await engine.drain(signal);
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  return {
    turns: each * conversations,
    conversations,
    pacedPerSecond,
    turnsPerSecond: Math.round((each * conversations) / seconds),
    shareP50Ms: quantile(shares, 0.5),
    shareP95Ms: quantile(shares, 0.95),
  };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0) * 10) / 10;
}
