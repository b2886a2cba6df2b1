import type { Clock } from '../../contract/index.ts';

/** Timers of longer sleeps overflow; who sleeps looks again after this. */
const longestSleepMs = 12 * 60 * 60_000;

/** Who waits for a time and may be woken before it. */
export class Sleepers {
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #asleep = new Map<string, AbortController>();

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /** Until the time is over, at most half a day, or `wake`. @throws the reason of the signal. */
  async sleep(key: string, ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#asleep.set(key, woken);
    await this.#clock
      .sleep(Math.min(ms, longestSleepMs), AbortSignal.any([signal, woken.signal]))
      .catch(() => signal.throwIfAborted());
    this.#asleep.delete(key);
  }

  wake(key: string): void {
    this.#asleep.get(key)?.abort();
  }
}
