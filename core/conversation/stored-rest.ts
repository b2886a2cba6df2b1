import type { Clock } from '../contract/index.ts';

/** Clocks are put right by less all the time. */
const setBackMs = 2000;

interface Stored {
  readonly id: string;
  /** As the others, on the clock's `now`. */
  readonly dueAt: number;
  readonly createdAt: number;
}

/** How long it is until a time that is stored, for one thing after the other. A clock that is set back makes it no longer. */
export class StoredRest {
  readonly #clock: Pick<Clock, 'now' | 'monotonicMs'>;
  #seen: (Pick<Stored, 'id' | 'dueAt'> & { readonly untilMs: number }) | undefined;

  constructor(clock: Pick<Clock, 'now' | 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** In milliseconds; 0 and less when it is over. */
  of({ id, dueAt, createdAt }: Stored): number {
    const nowMs = this.#clock.now();
    const restMs = dueAt - nowMs;
    if (restMs <= 0) return restMs;
    const monotonicMs = this.#clock.monotonicMs();
    if (this.#seen?.id !== id || this.#seen.dueAt !== dueAt) {
      // What was made by a clock that was ahead is tried once, and then waits by this one.
      const wasAhead = this.#seen?.id !== id && createdAt > nowMs + setBackMs;
      this.#seen = { id, dueAt, untilMs: monotonicMs + (wasAhead ? 0 : restMs) };
    }
    return Math.min(restMs, this.#seen.untilMs - monotonicMs);
  }
}
