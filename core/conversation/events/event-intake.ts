import type { BotEvent, Channel, ResolvedBot } from '../../contract/index.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { bringsFiles, fetchesFiles, shownEvent } from '../operator/file-addresses.ts';
import { persist } from '../persist.ts';
import { within } from '../within.ts';
import { addressKey, bodiesFor, conversationOf, hostOf } from './event-targets.ts';
import type { Mail } from './mail.ts';

/** How long a channel may take to say whether it fetches files; a message came by it just now, so that it is open but after a reload. */
const channelPatienceMs = 5000;
/** What waits for one address. Beyond it events are dropped, because a receiver that is gone must not fill the disk. */
const maxWaiting = 20_000;

export interface IntakeOptions {
  readonly services: Omit<ConversationServices, 'keepEvent'>;
  readonly mail: Mail | undefined;
  /** Aborts when nothing is stored any more. */
  readonly signal: AbortSignal;
  /** Something waits for an address of the tenant. */
  stored(tenantId: string, url: string): void;
}

/** Puts events into the queue of each address that wants them. */
export class EventIntake {
  readonly #options: IntakeOptions;
  readonly #storing = new Set<Promise<void>>();
  /** By tenant: what brings files is stored when its channel has been asked. */
  readonly #asking = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, number>();
  /** By tenant. */
  readonly #lastBots = new Map<string, ResolvedBot>();
  /** Those that are in the store with what they tell of, and for which addresses. */
  readonly #kept = new WeakMap<BotEvent, readonly string[]>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Call inside `Store.write`: an event of which somebody is to be told is then stored with what it tells of, so that a crash loses neither
   * or both. `take` later finds it so. What brings files, and what comes behind such, is stored by `take`.
   */
  keep(event: BotEvent): void {
    const { tenantId } = event;
    if (this.#asking.has(tenantId) || bringsFiles(event)) return;
    const bodies = this.#bodiesOf(event);
    if (bodies === undefined) return;
    this.#insert(event, bodies);
    this.#kept.set(event, [...bodies.keys()]);
  }

  /** Call when a bot begins to serve: it may be gone when its first event comes. */
  meet(tenantId: string): void {
    this.#botOf(tenantId);
  }

  /** What happens while a channel is asked waits too: all is told in order. */
  take(event: BotEvent): void {
    const { tenantId } = event;
    const kept = this.#kept.get(event);
    if (kept !== undefined) {
      for (const url of kept) this.#options.stored(tenantId, url);
      return;
    }
    const before = this.#asking.get(tenantId);
    if (before === undefined && !bringsFiles(event)) {
      void this.#store(event);
      return;
    }
    const shown = shownEvent((key) => fetchesFiles(this.#channel(tenantId, key)), event);
    const asking = Promise.all([shown, before])
      .then(([told]) => this.#store(told))
      .catch((error: unknown) => this.#notQueued(event, error))
      .finally(() => {
        if (this.#asking.get(tenantId) === asking) this.#asking.delete(tenantId);
      });
    this.#asking.set(tenantId, asking);
  }

  /** Resolves when all that was taken is stored. */
  async settle(): Promise<void> {
    await Promise.all([...this.#asking.values(), ...this.#storing]);
  }

  /** One that waited for the address waits no more. */
  left(tenantId: string, url: string): void {
    const key = addressKey(tenantId, url);
    this.#waiting.set(key, Math.max(0, (this.#waiting.get(key) ?? 1) - 1));
  }

  /** How many wait for the address is counted anew. */
  forget(tenantId: string, url: string): void {
    this.#waiting.delete(addressKey(tenantId, url));
  }

  async #channel(tenantId: string, key: string): Promise<Channel> {
    const { leases, clock } = this.#options.services;
    using lease = leases.acquire(tenantId);
    using patience = clock.deadline(channelPatienceMs);
    return await within(lease.runtime.channel(key, patience.signal), [patience.signal]);
  }

  /** The one that serves, or did: what it has begun ends also while its folder is being replaced. */
  #botOf(tenantId: string): ResolvedBot | undefined {
    const bot = this.#options.services.leases.botOf(tenantId) ?? this.#lastBots.get(tenantId);
    if (bot !== undefined) this.#lastBots.set(tenantId, bot);
    return bot;
  }

  /** Undefined where nobody is to be told. */
  #bodiesOf(event: BotEvent): ReadonlyMap<string, string> | undefined {
    const { mail } = this.#options;
    const bot = this.#botOf(event.tenantId);
    const bodies = bot === undefined ? undefined : bodiesFor(event, bot, mail);
    return bodies?.size === 0 ? undefined : bodies;
  }

  /** Resolves when it waits in the store for each address that wants it, or could not be put there. */
  #store(event: BotEvent): Promise<void> | undefined {
    const { services, signal, stored } = this.#options;
    const bodies = this.#bodiesOf(event);
    if (bodies === undefined) return undefined;
    const storing = persist(services, signal, () => this.#insert(event, bodies))
      .then(() => {
        for (const url of bodies.keys()) stored(event.tenantId, url);
      })
      .catch((error: unknown) => this.#notQueued(event, error))
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
    return storing;
  }

  #insert(event: BotEvent, bodies: ReadonlyMap<string, string>): void {
    const { store, clock, random } = this.#options.services;
    const { tenantId, type } = event;
    const { eventQueue, sessions } = store.forTenant(tenantId);
    const now = clock.now();
    for (const [url, payload] of bodies) {
      if (!this.#hasRoom(tenantId, url)) continue;
      const conversationId = conversationOf(event, (id) => sessions.byId(id)?.conversationId);
      eventQueue.insert({ id: random.id('evt'), url, type, payload, conversationId, dueAt: now, createdAt: now });
    }
  }

  /** Where a job runs again it counts twice, until it is counted anew: nothing is dropped for that. */
  #hasRoom(tenantId: string, url: string): boolean {
    const { store, log } = this.#options.services;
    const key = addressKey(tenantId, url);
    const known = this.#waiting.get(key) ?? maxWaiting;
    // Jobs that were refused, or ran again, have counted too.
    const waiting = known < maxWaiting ? known : store.forTenant(tenantId).eventQueue.count(url);
    const room = waiting < maxWaiting;
    this.#waiting.set(key, room ? waiting + 1 : waiting);
    if (!room) {
      log.error('too many events wait for an address, and this one is dropped', {
        tenant: tenantId,
        host: hostOf(url),
      });
    }
    return room;
  }

  #notQueued({ tenantId, type }: BotEvent, error: unknown): void {
    this.#options.services.log.error('an event could not be queued', { tenant: tenantId, type, error });
  }
}
