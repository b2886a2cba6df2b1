import type { Clock } from '../../contract/index.ts';

/** By tenant; one that is not named weighs 1. */
export type Weights = Readonly<Record<string, number>>;

/** Who has asked for a slot within this time is counted among those who share. */
const recentMs = 30_000;
/** One tenant never gets more than this, also alone; and never has to do with less, however many there are. */
const mostShare = 0.75;
const leastShare = 0.25;
/** What one tenant may take, in fair shares: who only takes its turn when slots come free would wait for the turns of a flood. */
const sharesEach = 2;

/**
 * At most so many turns at once; tenants that wait are served in turn, whatever the length of their queues, each as many turns as it
 * weighs. A tenant gets a part of the slots that shrinks with the weight of those who share, so that the others find one free: with ten
 * tenants and one that floods, nobody else waits at all, where a fixed three quarters let them wait for a whole turn of the flood.
 */
export class FairSlots {
  readonly #limit: number;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #weights: Weights;
  readonly #taken = new Map<string, number>();
  /** When each was last seen, the longest ago first. */
  readonly #seen = new Map<string, number>();
  /** Of all in `#seen` together. */
  #weightSeen = 0;
  /** In the order in which tenants are served next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Turns that one of those who wait has got in a row. */
  readonly #inARow = new Map<string, number>();
  #total = 0;

  constructor(limit: number, clock: Pick<Clock, 'monotonicMs'>, weights: Weights = {}) {
    this.#limit = Math.max(1, limit);
    this.#clock = clock;
    this.#weights = weights;
  }

  /** Resolves when the tenant has a slot; give it back with `release`. A slot in vain after an abort must be given back too. */
  acquire(tenantId: string): Promise<void> | undefined {
    this.#see(tenantId);
    if (this.#total < this.#limit && this.#mayTake(tenantId) && !this.#waiting.has(tenantId)) {
      this.#take(tenantId);
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const queue = this.#waiting.get(tenantId) ?? [];
    queue.push(resolve);
    this.#waiting.set(tenantId, queue);
    return promise;
  }

  release(tenantId: string): void {
    this.#total -= 1;
    const left = (this.#taken.get(tenantId) ?? 1) - 1;
    if (left === 0) this.#taken.delete(tenantId);
    else this.#taken.set(tenantId, left);
    this.#forget(this.#clock.monotonicMs());
    for (const [next, queue] of this.#waiting) {
      let isItsTurn = true;
      while (isItsTurn && this.#total < this.#limit && this.#mayTake(next)) {
        this.#take(next);
        queue.shift()?.();
        isItsTurn = this.#goesOn(next, queue);
      }
      if (this.#total >= this.#limit) return;
    }
  }

  /** Whether the tenant is served once more before the others; else it goes behind them, or has nothing left that waits. */
  #goesOn(tenantId: string, queue: (() => void)[]): boolean {
    const row = (this.#inARow.get(tenantId) ?? 0) + 1;
    if (queue.length > 0 && row < this.#weightOf(tenantId)) {
      this.#inARow.set(tenantId, row);
      return true;
    }
    this.#inARow.delete(tenantId);
    this.#waiting.delete(tenantId);
    if (queue.length > 0) this.#waiting.set(tenantId, queue);
    return false;
  }

  #weightOf(tenantId: string): number {
    return Object.hasOwn(this.#weights, tenantId) ? (this.#weights[tenantId] ?? 1) : 1;
  }

  /** A tenant that has nothing may always begin one. */
  #mayTake(tenantId: string): boolean {
    const share = Math.min(
      mostShare,
      Math.max(leastShare, (sharesEach * this.#weightOf(tenantId)) / Math.max(1, this.#weightSeen)),
    );
    return (this.#taken.get(tenantId) ?? 0) < Math.max(1, Math.floor(this.#limit * share));
  }

  #see(tenantId: string): void {
    const now = this.#clock.monotonicMs();
    if (!this.#seen.delete(tenantId)) this.#weightSeen += this.#weightOf(tenantId);
    this.#seen.set(tenantId, now);
    this.#forget(now);
  }

  #forget(now: number): void {
    for (const [tenantId, seenMs] of this.#seen) {
      if (now - seenMs <= recentMs) return;
      this.#seen.delete(tenantId);
      this.#weightSeen -= this.#weightOf(tenantId);
    }
  }

  #take(tenantId: string): void {
    this.#total += 1;
    this.#taken.set(tenantId, (this.#taken.get(tenantId) ?? 0) + 1);
  }
}
