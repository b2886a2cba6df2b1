import type { Channel, Clock, Http, Model, Random } from '../../../../core/contract/index.ts';
import { type ConversationEngine, createConversations } from '../../../../core/conversation/engine.ts';
import { createEventBus } from '../../../../core/conversation/events/event-bus.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import { type FakeClock, type FakeWebhookReceiver, fakeHttp } from '../../../kit/index.ts';
import { done, makeBot, signal, silentLog } from '../rig.ts';
import { type FakePlatform, never } from './fake-platform.ts';
import type { Features } from './features.ts';
import { diskFull, type Outages } from './outages.ts';
import type { PartLog } from './sent-parts.ts';

export const eventSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const waitsForHumans = { inbox: 'desk', notify: [], timeoutMs: 30_000, onTimeout: 'return' } as const;

/** When a process dies, at one of the places where it waits for the store. */
export interface CrashPlan {
  /** Asked at each write: whether the process dies before it is on the disk, right after it, or not. */
  atWrite(): 'before' | 'after' | 'not';
}

/** Behind each write of so many there is one in its tick that fails, so that the store runs the others twice. */
const failEach = 5;
const fail = (): never => {
  throw new Error('failed on purpose');
};

/** A process over the store. Once it is dead nothing of it reaches the store, the platform or the clock any more, as if its power were gone. */
export interface SimulatedProcess {
  readonly engine: ConversationEngine;
  readonly isAlive: () => boolean;
  crash(): void;
}

export function startProcess(world: {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly chance: Random;
  readonly platform: FakePlatform;
  readonly crashes: CrashPlan;
  readonly outages: Outages;
  readonly features: Features;
  readonly receiver: FakeWebhookReceiver;
  readonly parts: PartLog | undefined;
}): SimulatedProcess {
  const { store, chance, platform, crashes, outages, features, receiver, parts } = world;
  let alive = true;
  const isAlive = (): boolean => alive;
  const unlessDead = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      const result = await work;
      return alive ? result : await never();
    } catch (error) {
      if (!alive) return await never();
      throw error;
    }
  };
  const clock: Clock = {
    now: () => world.clock.now(),
    monotonicMs: () => world.clock.monotonicMs(),
    deadline: (ms, abort) => world.clock.deadline(ms, abort),
    sleep: (ms, abort) => (alive ? unlessDead(world.clock.sleep(ms, abort)) : never()),
  };
  let writes = 0;
  const guarded: Store = {
    ...store,
    forTenant: (tenantId) => store.forTenant(tenantId),
    write: (job, onCommit, onVisible) => {
      if (!alive) return never();
      const crash = crashes.atWrite();
      if (crash === 'before') {
        alive = false;
        return never();
      }
      const written = unlessDead(
        store.write(
          () => {
            // Queued and not yet committed: lost with the process.
            if (!alive) throw new Error('crashed');
            const result = job();
            if (outages.storeRefuses) throw diskFull();
            return result;
          },
          (result) => {
            if (crash === 'after') alive = false;
            if (alive) onCommit?.(result);
          },
          (result) => {
            if (alive) onVisible?.(result);
          },
        ),
      );
      writes += 1;
      if (writes % failEach === 0) void store.write(fail).catch(() => {});
      return written;
    },
  };
  const engine = createConversations({
    store: guarded,
    clock,
    random: chance,
    log: silentLog,
    events: createEventBus(),
    ...(features.events ? { http: fakeHttp(post) } : {}),
    render: (template) => template,
    leases: {
      acquire: (tenantId) => {
        outages.requireServing(tenantId);
        return { runtime: runtimeOf(tenantId), [Symbol.dispose]: () => {} };
      },
      botOf: (tenantId) => (outages.serves(tenantId) ? runtimeOf(tenantId).bot : undefined),
      retentionOf: () => undefined,
    },
  });

  /** Once it has died, whatever arrives does not come back to it. */
  async function post(...request: Parameters<Http['fetch']>): Promise<Response> {
    if (!alive) return await never();
    if (chance.next() < 0.05) receiver.moods.push(503);
    return await unlessDead(receiver.http.fetch(...request));
  }

  function channelOf(tenantId: string): Channel {
    const whole = platform.channel(tenantId, isAlive);
    return parts?.channel(tenantId, whole, isAlive) ?? whole;
  }

  function runtimeOf(tenantId: string) {
    const usual = makeBot(tenantId);
    const bot = makeBot(tenantId, {
      session: { ...usual.session, overlap: features.overlap },
      ...(features.humans ? { handoff: waitsForHumans } : {}),
      ...(features.events ? { events: [{ url: 'https://hooks.example/in', secret: eventSecret, types: [] }] } : {}),
      prompts: { ...usual.prompts, greeting: { en: '' } },
      guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [] } },
    });
    const model = echo(clock, chance);
    return {
      bot,
      // The fallback is the same model, so that a hiccup is no failure most of the time.
      models: async function* () {
        for (;;) yield model;
      },
      retrieval: async () => undefined,
      tools: async () => new Map(),
      channel: async () => channelOf(tenantId),
      signal,
    };
  }

  return {
    engine,
    isAlive,
    crash: () => {
      alive = false;
    },
  };
}

/** Says back everything that was said since its last answer. */
function echo(clock: Clock, chance: Random): Model {
  return {
    id: 'echo',
    capabilities: { tools: 'none' },
    stream: async function* (request) {
      await clock.sleep(Math.floor(chance.next() * 2000));
      if (chance.next() < 0.05) throw new Error('the service hiccups');
      const texts: string[] = [];
      for (const message of request.messages.toReversed()) {
        // An operator's word in between is not for the bot.
        if (message.role === 'operator') continue;
        if (message.role !== 'contact') break;
        texts.unshift(message.text);
      }
      yield { type: 'text', text: texts.join(' ') };
      yield done;
    },
  };
}
