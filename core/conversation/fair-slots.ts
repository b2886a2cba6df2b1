/** At most so many turns at once; tenants that wait are served in turn, whatever the length of their queues. */
export class FairSlots {
  readonly #limit: number;
  readonly #tenantLimit: number;
  readonly #taken = new Map<string, number>();
  /** In the order in which tenants are served next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #total = 0;

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
    this.#tenantLimit = Math.max(1, Math.floor(limit * 0.75));
  }

  /** Resolves when the tenant has a slot; give it back with `release`. A slot in vain after an abort must be given back too. */
  acquire(tenantId: string): Promise<void> | undefined {
    if (
      this.#total < this.#limit &&
      (this.#taken.get(tenantId) ?? 0) < this.#tenantLimit &&
      !this.#waiting.has(tenantId)
    ) {
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
    for (const [next, queue] of this.#waiting) {
      if (this.#total >= this.#limit) return;
      if ((this.#taken.get(next) ?? 0) >= this.#tenantLimit) continue;
      const grant = queue.shift();
      this.#waiting.delete(next);
      if (queue.length > 0) this.#waiting.set(next, queue);
      if (grant === undefined) continue;
      this.#take(next);
      grant();
    }
  }

  #take(tenantId: string): void {
    this.#total += 1;
    this.#taken.set(tenantId, (this.#taken.get(tenantId) ?? 0) + 1);
  }
}
