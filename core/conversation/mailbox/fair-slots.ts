import type { Clock } from '../../contract/index.ts';

/** Who has asked for a slot within this time is counted among those who share. */
const recentMs = 30_000;
/** One tenant never gets more than this, also alone; and never has to do with less, however many there are. */
const mostShare = 0.75;
const leastShare = 0.25;
/** What one tenant may take, in fair shares: who only takes its turn when slots come free would wait for the turns of a flood. */
const sharesEach = 2;

/**
 * At most so many turns at once; tenants that wait are served in turn, whatever the length of their queues. A tenant gets a part of the
 * slots that shrinks with the number of those who share, so that the others find one free: with ten tenants and one that floods, nobody
 * else waits at all, where a fixed three quarters let them wait for a whole turn of the flood.
 */
export class FairSlots {
  readonly #limit: number;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #taken = new Map<string, number>();
  /** When each was last seen, the longest ago first. */
  readonly #seen = new Map<string, number>();
  /** In the order in which tenants are served next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #total = 0;

  constructor(limit: number, clock: Pick<Clock, 'monotonicMs'>) {
    this.#limit = Math.max(1, limit);
    this.#clock = clock;
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
      if (this.#total >= this.#limit) return;
      if (!this.#mayTake(next)) continue;
      const grant = queue.shift();
      this.#waiting.delete(next);
      if (queue.length > 0) this.#waiting.set(next, queue);
      if (grant === undefined) continue;
      this.#take(next);
      grant();
    }
  }

  /** A tenant that has nothing may always begin one. */
  #mayTake(tenantId: string): boolean {
    const share = Math.min(mostShare, Math.max(leastShare, sharesEach / Math.max(1, this.#seen.size)));
    return (this.#taken.get(tenantId) ?? 0) < Math.max(1, Math.floor(this.#limit * share));
  }

  #see(tenantId: string): void {
    const now = this.#clock.monotonicMs();
    this.#seen.delete(tenantId);
    this.#seen.set(tenantId, now);
    this.#forget(now);
  }

  #forget(now: number): void {
    for (const [tenantId, seenMs] of this.#seen) {
      if (now - seenMs <= recentMs) return;
      this.#seen.delete(tenantId);
    }
  }

  #take(tenantId: string): void {
    this.#total += 1;
    this.#taken.set(tenantId, (this.#taken.get(tenantId) ?? 0) + 1);
  }
}
