import { type BotEvent, type Http, PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import type { QueuedEvent } from '../../store/event-queue.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import { Sleepers } from '../sleepers.ts';
import { StoredRest } from '../stored-rest.ts';
import { EventIntake } from './event-intake.ts';
import { addressKey, hostOf, type Target, targetsOf } from './event-targets.ts';
import { handoffLetter, isMailAddress } from './handoff-letter.ts';
import type { Mail } from './mail.ts';
import { type EventFailure, postEvent } from './post-event.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How long after the first, second, … failure the next try is; after the last one the event is given up. */
const pausesMs = [5000, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs];
const stopPatienceMs = 1000;
/** Requests at once over all tenants; a receiver that hangs takes one place. */
const maxAtOnce = 32;
/** How often is looked for what a command line has put back or made due. */
const lookAgainMs = 10_000;

/**
 * Tells the addresses a bot names what happens in it, by webhook or by mail: stored first, sent in order by address, tried again for
 * 17 hours and after a restart. Nobody who talks to a bot waits for it.
 */
export class EventWebhooks {
  readonly #services: ConversationServices;
  readonly #http: Http;
  readonly #mail: Mail | undefined;
  readonly #working = new Map<string, Promise<void>>();
  readonly #sleepers: Sleepers;
  readonly #intake: EventIntake;
  readonly #slots: (() => void)[] = [];
  #free = maxAtOnce;
  /** Nothing waits for its next try any more. */
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();
  #subscription: Disposable | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(services: ConversationServices, ways: { readonly http: Http; readonly mail: Mail | undefined }) {
    this.#services = services;
    this.#sleepers = new Sleepers(services.clock);
    this.#http = ways.http;
    this.#mail = ways.mail;
    this.#intake = new EventIntake({
      services,
      mail: ways.mail,
      signal: this.#stopping.signal,
      stored: (tenantId, url) => this.#kick(tenantId, url),
    });
  }

  /** See EventIntake. Before `begin` nobody is told of anything. */
  keep(event: BotEvent): void {
    if (this.#subscription !== undefined) this.#intake.keep(event);
  }

  /** Listens from now on, and takes up what the process before has left. */
  begin(tenantIds: readonly string[]): void {
    this.#subscription ??= this.#services.events.subscribe('*', (event) => this.#intake.take(event));
    for (const tenantId of tenantIds) {
      this.#intake.meet(tenantId);
      for (const url of this.#services.store.forTenant(tenantId).eventQueue.waiting()) this.#kick(tenantId, url);
    }
    this.#sweeping ??= this.#sweep().catch(() => {});
  }

  async #sweep(): Promise<void> {
    const { store, clock } = this.#services;
    for (let seen = store.version(); ; ) {
      await clock.sleep(lookAgainMs, this.#draining.signal);
      try {
        const version = store.version();
        if (version === seen) continue;
        for (const { tenantId, url } of store.waitingEvents()) {
          this.#sleepers.wake(addressKey(tenantId, url));
          if (this.#serves(tenantId)) this.#kick(tenantId, url);
        }
        seen = version;
      } catch (error) {
        this.#services.log.error('the store could not say which events wait, and is asked again', { error });
      }
    }
  }

  /** Lets what is being sent arrive, at most until the signal aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#subscription?.[Symbol.dispose]();
    await this.#intake.settle();
    const reason = new PolyphonError('TEN2104', 'The process is stopping. What waits is sent at the next start.');
    this.#draining.abort(reason);
    // A receiver that hangs does not hold up the stop: it gets the event again, with the same id.
    using patience = this.#services.clock.deadline(stopPatienceMs, signal);
    const enough = patience.signal;
    const stop = (): void => this.#stopping.abort(reason);
    if (enough.aborted) stop();
    else enough.addEventListener('abort', stop, { once: true });
    await Promise.all([this.#sweeping, ...this.#working.values()]);
    enough.removeEventListener('abort', stop);
  }

  #kick(tenantId: string, url: string): void {
    const key = addressKey(tenantId, url);
    if (this.#working.has(key) || this.#draining.signal.aborted) return;
    const work = this.#work(tenantId, url)
      .catch(async (error: unknown) => {
        if (this.#draining.signal.aborted) return;
        const fields = { tenant: tenantId, host: hostOf(url), error };
        this.#services.log.error('events of an address stopped and are taken up again in a moment', fields);
        await this.#services.clock.sleep(lookAgainMs, this.#draining.signal).catch(() => {});
      })
      .finally(() => {
        this.#working.delete(key);
        this.#intake.forget(tenantId, url);
        this.#kickAgain(tenantId, url);
      });
    this.#working.set(key, work);
  }

  /** One may have come while this was ending. */
  #kickAgain(tenantId: string, url: string): void {
    try {
      const next = this.#services.store.forTenant(tenantId).eventQueue.next(url);
      if (next !== undefined && this.#serves(tenantId)) this.#kick(tenantId, url);
    } catch (error) {
      this.#services.log.error('the store could not say whether events wait', { tenant: tenantId, error });
    }
  }

  async #work(tenantId: string, url: string): Promise<void> {
    const { store, clock } = this.#services;
    const { eventQueue } = store.forTenant(tenantId);
    const rest = new StoredRest(clock);
    for (let row = eventQueue.next(url); row !== undefined; row = eventQueue.next(url)) {
      this.#draining.signal.throwIfAborted();
      const restMs = rest.of(row);
      if (restMs > 0) {
        await this.#sleepers.sleep(addressKey(tenantId, url), restMs, this.#draining.signal);
        continue;
      }
      const bot = this.#services.leases.botOf(tenantId);
      // The bot may come back; what waits is then taken up with its next event, or when it serves again.
      if (bot === undefined) return;
      const target = targetsOf(bot, this.#mail).find((one) => one.url === url);
      await this.#send(tenantId, row, target, bot);
    }
  }

  async #send(tenantId: string, row: QueuedEvent, target: Target | undefined, bot: ResolvedBot): Promise<void> {
    const { store, clock, log } = this.#services;
    const { eventQueue } = store.forTenant(tenantId);
    const failure: EventFailure | undefined =
      target === undefined
        ? { reason: 'the bot does not name this address any more', final: 'yes' }
        : isMailAddress(row.url)
          ? await this.#mailTo(tenantId, row, bot)
          : await this.#post(row, target);
    const attempts = row.attempts + 1;
    const pauseMs = pausesMs[attempts - 1];
    const final = failure?.final === 'yes' || pauseMs === undefined;
    const takeDown = (): void => {
      if (failure === undefined) eventQueue.delete(row.seq);
      else if (final) eventQueue.fail(row.seq, { attempts, reason: failure.reason });
      else eventQueue.retry(row.seq, { attempts, dueAt: clock.now() + pauseMs, reason: failure.reason });
    };
    // What is not taken down is told again.
    const { signal: leaving } = this.#draining;
    await persist(this.#services, this.#stopping.signal, takeDown, undefined, { leaving });
    if (failure === undefined || final) this.#intake.left(tenantId, row.url);
    if (failure !== undefined) {
      const fields = { tenant: tenantId, host: hostOf(row.url), type: row.type, attempts, reason: failure.reason };
      if (final) log.error('an event was given up; `polyphon events` lists it and sends it again', fields);
      else log.warn('an event did not arrive and is sent again', fields);
    }
  }

  /** Undefined when it arrived, else why not. */
  async #post(row: QueuedEvent, { secret }: Target): Promise<EventFailure | undefined> {
    await this.#acquire();
    try {
      const nowMs = this.#services.clock.now();
      return await postEvent(this.#http, row, { secret, nowMs, signal: this.#stopping.signal });
    } finally {
      this.#release();
    }
  }

  /** Undefined when the mail server took it. One that hangs when the process stops gets it again, with the same id. */
  async #mailTo(tenantId: string, row: QueuedEvent, bot: ResolvedBot): Promise<EventFailure | undefined> {
    if (this.#mail === undefined) return { reason: 'there is no mail server', final: 'no' };
    const { conversations } = this.#services.store.forTenant(tenantId);
    await this.#acquire();
    try {
      const letter = handoffLetter(row, bot, (id) => conversations.byId(id)?.channel);
      const outcome = await this.#mail.send(letter, this.#stopping.signal);
      this.#stopping.signal.throwIfAborted();
      if (outcome.status === 'sent') return undefined;
      return { reason: outcome.reason, final: outcome.status === 'refused' ? 'yes' : 'no' };
    } finally {
      this.#release();
    }
  }

  async #acquire(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#slots.push(resolve));
    if (!this.#stopping.signal.aborted) return;
    this.#release();
    this.#stopping.signal.throwIfAborted();
  }

  #release(): void {
    const next = this.#slots.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  #serves(tenantId: string): boolean {
    return !this.#draining.signal.aborted && this.#services.leases.botOf(tenantId) !== undefined;
  }
}
