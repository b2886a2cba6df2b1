import { expect, it } from 'vitest';
import type { Channel, Model, OutboundMessage, Random } from '../../../core/contract/index.ts';
import { type ConversationEngine, createConversations } from '../../../core/conversation/engine.ts';
import { createEventBus } from '../../../core/conversation/event-bus.ts';
import { openStore, type Store } from '../../../core/store/open-store.ts';
import { FakeClock, seededRandom, settled } from '../../kit/index.ts';
import { done, makeBot, signal, silentLog } from './rig.ts';

const people = 6;
const messagesEach = 8;

/** A process over the store. After `crash` nothing of it reaches the store or the provider any more, as if its power were gone. */
interface Process {
  readonly engine: ConversationEngine;
  crash(): void;
}

/** The platform: what arrived at people's phones, in order. It is the judge. */
class Provider {
  readonly arrived = new Map<string, { readonly id: string; readonly text: string }[]>();
  /** Sends that were under way in a crash. They may have arrived, and may not be repeated. */
  readonly doubtful = new Map<string, OutboundMessage>();

  accept({ conversation, id, text }: OutboundMessage): void {
    this.arrived.set(conversation, [...(this.arrived.get(conversation) ?? []), { id, text }]);
  }
}

function startProcess(store: Store, clock: FakeClock, chance: Random, provider: Provider): Process {
  let alive = true;
  const dead = new Promise<never>(() => {});
  const guarded: Store = {
    ...store,
    forTenant: (tenantId) => store.forTenant(tenantId),
    write: (job, onCommit) => {
      if (!alive) return dead;
      return store
        .write(
          () => {
            // Queued and not yet committed: lost with the process.
            if (!alive) throw new Error('crashed');
            return job();
          },
          (result) => {
            if (alive) onCommit?.(result);
          },
        )
        .then(
          (result) => (alive ? result : dead),
          (error: unknown) => (alive ? Promise.reject(error) : dead),
        );
    },
  };
  const channel: Channel = {
    capabilities: { text: { maxLength: 2000, format: 'plain' }, media: [], buttons: 0, streaming: 'none' },
    send: async (message) => {
      if (!alive) return dead;
      const luck = chance.next();
      if (luck < 0.2) return { status: 'rejected', reason: 'busy', retryAfterMs: 500 };
      provider.doubtful.set(message.id, message);
      await clock.sleep(Math.floor(chance.next() * 300));
      // A crash while the request was on its way: half of the time it had arrived.
      if (!alive && chance.next() < 0.5) return dead;
      provider.accept(message);
      if (!alive) return dead;
      provider.doubtful.delete(message.id);
      return { status: 'delivered', providerMessageId: message.id };
    },
  };
  const model: Model = {
    id: 'echo',
    capabilities: { tools: 'none' },
    stream: async function* (request) {
      await clock.sleep(Math.floor(chance.next() * 2000));
      if (chance.next() < 0.1) throw new Error('the service hiccups');
      const texts: string[] = [];
      for (const message of request.messages.toReversed()) {
        if (message.role !== 'contact') break;
        texts.unshift(message.text);
      }
      yield { type: 'text', text: texts.join(' ') };
      yield done;
    },
  };
  const bot = makeBot('acme', {
    prompts: { ...makeBot('acme').prompts, greeting: { en: '' } },
    guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [] } },
  });
  const engine = createConversations({
    store: guarded,
    clock,
    random: chance,
    log: silentLog,
    events: createEventBus(),
    render: (template) => template,
    leases: {
      acquire: () => ({
        runtime: {
          bot,
          models: async function* () {
            // The fallback is the same model, so that a hiccup is no failure most of the time.
            for (;;) yield model;
          },
          retrieval: async () => undefined,
          tools: async () => new Map(),
          channel: async () => channel,
          signal,
        },
        [Symbol.dispose]: () => {},
      }),
    },
  });
  return {
    engine,
    crash: () => {
      alive = false;
    },
  };
}

async function simulate(
  seed: number,
): Promise<{ readonly provider: Provider; readonly acknowledged: ReadonlyMap<string, readonly string[]> }> {
  const clock = new FakeClock();
  const chance = seededRandom(seed);
  const provider = new Provider();
  await using store = await openStore({ path: ':memory:', clock, log: silentLog });
  let running = startProcess(store, clock, chance, provider);
  const acknowledged = new Map<string, string[]>();
  const next = Array.from({ length: people }, () => 0);
  while (next.some((count) => count < messagesEach)) {
    const person = Math.floor(chance.next() * people);
    const count = next[person] ?? messagesEach;
    if (count < messagesEach) {
      const conversation = `+49${person}`;
      const text = `m${person}.${count}`;
      const message = { id: text, text, conversation, contact: { id: conversation } };
      const copies = chance.next() < 0.3 ? [message, message] : [message];
      const receiving = running.engine.deliverer('acme', 'sms')(copies);
      const receipts = await Promise.race([receiving, settled().then(() => undefined)]);
      if (receipts !== undefined) {
        expect(receipts.map(({ status }) => status)).not.toContain('refused');
        next[person] = count + 1;
        acknowledged.set(conversation, [...(acknowledged.get(conversation) ?? []), text]);
      }
    }
    await clock.advance(Math.floor(chance.next() * 900));
    if (chance.next() < 0.08) {
      running.crash();
      await settled();
      running = startProcess(store, clock, chance, provider);
      await running.engine.recover(['acme'], signal);
    }
  }
  await clock.advance(20 * 60_000);
  await running.engine.drain(signal);
  expect(store.forTenant('acme').inbox.allOpen()).toEqual([]);
  expect(store.forTenant('acme').outbox.unsettled()).toEqual([]);
  return { provider, acknowledged };
}

it.each(Array.from({ length: 25 }, (_, index) => index + 1))(
  'answers everything acknowledged once and in order, through duplicates, crashes and a busy provider (seed %i)',
  async (seed) => {
    const { provider, acknowledged } = await simulate(seed);
    for (const [conversation, texts] of acknowledged) {
      const arrived = provider.arrived.get(conversation) ?? [];
      expect(new Set(arrived.map(({ id }) => id)).size, 'a message arrived twice').toBe(arrived.length);
      const answered = arrived.flatMap(({ text }) => text.match(/m\d+\.\d+/g) ?? []);
      expect(answered, 'answers out of order or twice').toEqual(texts.filter((text) => answered.includes(text)));
      const excused = [...provider.doubtful.values()].flatMap(({ text }) => text.match(/m\d+\.\d+/g) ?? []);
      const failures = arrived.filter(({ text }) => text === 'Something is not working.').length;
      const missing = texts.filter((text) => !answered.includes(text) && !excused.includes(text));
      if (failures === 0) expect(missing, 'answers are missing').toEqual([]);
    }
  },
);
