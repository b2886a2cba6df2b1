import type { Clock } from '../contract/index.ts';
import type { TenantRevision } from './tenant-revision.ts';

/** How long a retired revision waits for turns, requests and sockets that began on it. */
const drainPatienceMs = 30_000;

/** Revisions that serve nobody new and end when what began on them has ended. */
export class Retirements {
  readonly #clock: Pick<Clock, 'deadline'>;
  readonly #stopping: AbortSignal;
  readonly #pending = new Set<Promise<void>>();

  /** `stopping` ends all waiting. */
  constructor(clock: Pick<Clock, 'deadline'>, stopping: AbortSignal) {
    this.#clock = clock;
    this.#stopping = stopping;
  }

  add(revision: Pick<TenantRevision, 'retire'>): void {
    const patience = this.#clock.deadline(drainPatienceMs);
    const retiring = revision.retire(AbortSignal.any([patience.signal, this.#stopping])).finally(() => {
      patience[Symbol.dispose]();
      this.#pending.delete(retiring);
    });
    this.#pending.add(retiring);
  }

  /** Resolves when all that are waiting now have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
