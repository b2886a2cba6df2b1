import { Cron } from 'croner';
import type { Clock, Logger, Random } from '../contract/index.ts';
import type { FollowedSource } from './followed-sources.ts';

/** Sources listed at the same time, each of another tenant: listing waits for the network, not for the processor. */
const width = 4;
/** So that all the bots that say `0 3 * * *` do not fall on one host or one embedding service in the same second. */
const longestJitterMs = 5 * 60_000;
/** After a failure, unless told; doubled with each more. */
const usualRetryMs = 15 * 60_000;
const longestRetryMs = 12 * 3_600_000;
/** Timers of the platform end at 24.8 days, and clocks are set. */
const longestSleepMs = 3_600_000;

interface Entry {
  readonly tenantId: string;
  readonly key: string;
  cron: Cron | undefined;
  dueAtMs: number | undefined;
  failures: number;
}

/** Lists sources when their `refresh:` is due or somebody asks; one timer for all tenants. */
export class RefreshSchedule {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #firstRetryMs: number;
  readonly #refresh: (tenantId: string, key: string, signal: AbortSignal) => Promise<'done' | 'failed'>;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Entry>();
  #sleeping: AbortController | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly log: Logger;
    readonly signal: AbortSignal;
    readonly firstRetryMs?: number;
    readonly refresh: (tenantId: string, key: string, signal: AbortSignal) => Promise<'done' | 'failed'>;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#log = options.log;
    this.#signal = options.signal;
    this.#firstRetryMs = options.firstRetryMs ?? usualRetryMs;
    this.#refresh = options.refresh;
  }

  /** Takes the place of what was followed for this tenant. */
  follow(tenantId: string, sources: readonly FollowedSource[]): void {
    const scheduled = new Set(sources.map(({ key }) => key));
    for (const entry of this.#entries.values()) {
      if (entry.tenantId !== tenantId || scheduled.has(entry.key)) continue;
      entry.cron = undefined;
      entry.dueAtMs = this.#pending(entry);
    }
    for (const { key, schedule, timezone, listedAt } of sources) {
      const entry = this.#entryOf(tenantId, key);
      entry.cron = this.#parse(tenantId, key, schedule, timezone);
      const missed = listedAt !== undefined && this.#next(entry, listedAt, 0) < this.#clock.now();
      const next = missed ? this.#clock.now() : this.#next(entry, this.#clock.now(), this.#jitter(entry));
      const pending = this.#pending(entry);
      entry.dueAtMs = Number.isFinite(next) ? Math.min(next, pending ?? next) : pending;
    }
    this.#turn();
  }

  forget(tenantId: string): void {
    for (const [id, entry] of this.#entries) if (entry.tenantId === tenantId) this.#entries.delete(id);
  }

  /** As soon as there is room; one that runs runs once more. */
  request(tenantId: string, key: string): void {
    this.#entryOf(tenantId, key).dueAtMs = this.#clock.now();
    this.#turn();
  }

  /** How a run ended that began elsewhere: after a failure it is tried again here. What waits or runs already keeps its pauses. */
  note(tenantId: string, key: string, outcome: 'done' | 'failed'): void {
    if (outcome === 'done' && !this.#entries.has(idOf(tenantId, key))) return;
    const entry = this.#entryOf(tenantId, key);
    if (this.#running.has(entry) || (outcome === 'failed' && entry.dueAtMs !== undefined)) return;
    entry.dueAtMs = undefined;
    this.#settle(entry, outcome);
    this.#turn();
  }

  /** Resolves when nothing is due and nothing runs. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #entryOf(tenantId: string, key: string): Entry {
    const id = idOf(tenantId, key);
    const entry = this.#entries.get(id) ?? { tenantId, key, cron: undefined, dueAtMs: undefined, failures: 0 };
    this.#entries.set(id, entry);
    return entry;
  }

  /** What was asked for and has not begun, or waits after a failure. */
  #pending({ dueAtMs, failures }: Entry): number | undefined {
    return dueAtMs !== undefined && (failures > 0 || dueAtMs <= this.#clock.now()) ? dueAtMs : undefined;
  }

  #parse(tenantId: string, key: string, schedule: string, timezone: string): Cron | undefined {
    try {
      return new Cron(schedule, { timezone, paused: true });
    } catch (error) {
      this.#log.error('the refresh of a source has no time', { tenant: tenantId, source: key, error });
      return undefined;
    }
  }

  #next(entry: Entry, afterMs: number, jitterMs: number): number {
    const next = entry.cron?.nextRun(new Date(afterMs));
    return next === null || next === undefined ? Number.POSITIVE_INFINITY : next.getTime() + jitterMs;
  }

  /** At most a tenth of the time between two runs. */
  #jitter(entry: Entry): number {
    const [first, second] = entry.cron?.nextRuns(2, new Date(this.#clock.now())) ?? [];
    const between = first === undefined || second === undefined ? longestJitterMs : second.getTime() - first.getTime();
    return this.#random.next() * Math.min(longestJitterMs, between / 10);
  }

  #turn(): void {
    if (this.#signal.aborted) return;
    const nowMs = this.#clock.now();
    const busy = new Set([...this.#running].map(({ tenantId }) => tenantId));
    let nextMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      if (entry.dueAtMs === undefined || this.#running.has(entry)) continue;
      if (entry.dueAtMs > nowMs) nextMs = Math.min(nextMs, entry.dueAtMs);
      else if (this.#running.size < width && !busy.has(entry.tenantId)) {
        busy.add(entry.tenantId);
        entry.dueAtMs = undefined;
        this.#running.add(entry);
        void this.#run(entry);
      }
    }
    this.#sleepUntil(nextMs);
    if (this.#isIdle()) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
  }

  async #run(entry: Entry): Promise<void> {
    const outcome = await this.#refresh(entry.tenantId, entry.key, this.#signal).catch((error: unknown) => {
      if (!this.#signal.aborted)
        this.#log.error('a source could not be refreshed', { tenant: entry.tenantId, source: entry.key, error });
      return 'failed' as const;
    });
    this.#running.delete(entry);
    if (this.#signal.aborted) {
      if (this.#running.size === 0) this.#idle?.resolve();
      return;
    }
    this.#settle(entry, outcome);
    this.#turn();
  }

  #settle(entry: Entry, outcome: 'done' | 'failed'): void {
    entry.failures = outcome === 'failed' ? entry.failures + 1 : 0;
    const nowMs = this.#clock.now();
    const retryMs =
      outcome === 'failed'
        ? nowMs + Math.min(longestRetryMs, this.#firstRetryMs * 2 ** (entry.failures - 1))
        : Number.POSITIVE_INFINITY;
    const next = Math.min(retryMs, this.#next(entry, nowMs, this.#jitter(entry)));
    if (entry.dueAtMs === undefined && Number.isFinite(next)) entry.dueAtMs = next;
  }

  #sleepUntil(atMs: number): void {
    this.#sleeping?.abort();
    this.#sleeping = undefined;
    if (!Number.isFinite(atMs)) return;
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    const ms = Math.max(0, Math.min(longestSleepMs, atMs - this.#clock.now()));
    const stop = AbortSignal.any([sleeping.signal, this.#signal]);
    this.#clock.sleep(ms, stop).then(
      () => this.#turn(),
      () => {},
    );
  }

  #isIdle(): boolean {
    if (this.#running.size > 0) return false;
    if (this.#signal.aborted) return true;
    const nowMs = this.#clock.now();
    return !this.#entries.values().some(({ dueAtMs }) => dueAtMs !== undefined && dueAtMs <= nowMs);
  }
}

function idOf(tenantId: string, key: string): string {
  return `${tenantId}\0${key}`;
}
