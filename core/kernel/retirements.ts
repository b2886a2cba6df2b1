import type { Clock, Logger } from '../contract/index.ts';
import { FreeMemory } from './free-memory.ts';
import type { TenantRevision } from './tenant-revision.ts';

/** How long a retired revision waits for requests and sockets that began on it. */
const drainPatienceMs = 30_000;
/** A turn takes as long as its model and its tools may, and some time to search and to be kept. Cut, it would run again, and its tools with it. */
const besidesModelMs = 15_000;

/** Revisions that serve nobody new and end when what began on them has ended. What they held is given back to the system. */
export class Retirements {
  readonly #clock: Pick<Clock, 'deadline'>;
  readonly #stopping: AbortSignal;
  readonly #freeMemory: FreeMemory;
  readonly #pending = new Set<Promise<void>>();

  /** `signal` ends all waiting. */
  constructor({ clock, log, signal }: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal }) {
    this.#clock = clock;
    this.#stopping = signal;
    this.#freeMemory = new FreeMemory({ clock, log, signal });
  }

  add(revision: Pick<TenantRevision, 'retire' | 'bot'>): void {
    const turnMs = revision.bot.llm.deadline.totalMs + besidesModelMs;
    const patience = this.#clock.deadline(Math.max(drainPatienceMs, turnMs));
    const retiring = revision.retire(AbortSignal.any([patience.signal, this.#stopping])).finally(() => {
      patience[Symbol.dispose]();
      this.#pending.delete(retiring);
      this.#freeMemory.soon();
    });
    this.#pending.add(retiring);
  }

  /** Resolves when all that are waiting now have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#pending);
    await this.#freeMemory.idle();
  }
}
