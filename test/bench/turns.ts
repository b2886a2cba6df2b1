import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConversations } from '../../core/conversation/engine.ts';
import { createEventBus } from '../../core/conversation/event-bus.ts';
import { systemClock, systemRandom } from '../../core/kernel/system.ts';
import { openStore } from '../../core/store/open-store.ts';
import { fakeModel, makeBot, saying, silentLog } from '../core/conversation/rig.ts';

export interface TurnFigures {
  readonly turns: number;
  readonly conversations: number;
  readonly turnsPerSecond: number;
  /** The framework's share: from the message's arrival to its reply, with a model that takes no time. */
  readonly shareP50Ms: number;
  readonly shareP95Ms: number;
  /** As the traces have it: without the wait of the caller. */
  readonly tracedP95Ms: number;
}

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
    },
  });
  const grant = engine.conversationsOf('bench', 'web');
  const deliver = engine.deliverer('bench', 'web');
  const shares: number[] = [];
  const turnIds: string[] = [];
  let left = turns;
  const talk = async (): Promise<void> => {
    const { session } = await grant.createSession({}, signal);
    while (left > 0) {
      left -= 1;
      const startMs = performance.now();
      const [receipt] = await deliver([
        { id: `m${left}`, conversation: session.id, contact: { id: session.id }, text: 'What does it cost?' },
      ]);
      if (receipt?.status !== 'stored') throw new Error(`a message was not stored: ${JSON.stringify(receipt)}`);
      const outcome = await grant.reply(receipt.turnId, signal);
      if (outcome.status !== 'completed') throw new Error(`a turn ended as ${outcome.status}`);
      shares.push(performance.now() - startMs);
      turnIds.push(receipt.turnId);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: conversations }, talk));
  const seconds = (performance.now() - startMs) / 1000;
  const traced: number[] = [];
  for (const turnId of turnIds) traced.push((await engine.trace('bench', turnId, signal))?.overheadMs ?? 0);
  await engine.drain(signal);
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  return {
    turns: shares.length,
    conversations,
    turnsPerSecond: Math.round(shares.length / seconds),
    shareP50Ms: quantile(shares, 0.5),
    shareP95Ms: quantile(shares, 0.95),
    tracedP95Ms: quantile(traced, 0.95),
  };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0) * 10) / 10;
}
