import type { Clock } from '../contract/index.ts';

/** A timer holds no more than 24 days; whoever sleeps longer looks again. */
const longestSleepMs = 43_200_000;

/** What waits for its time, and for less where something happens before it. */
export class Sleepers {
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #asleep = new Map<string, AbortController>();

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /** Until the time is over, at most half a day, or `wake`; one a key at a time. @throws the reason of the signal. */
  async sleep(key: string, ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const woken = new AbortController();
    const stop = (): void => woken.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#asleep.set(key, woken);
    try {
      await this.#clock.sleep(Math.min(ms, longestSleepMs), woken.signal);
    } catch {
      signal.throwIfAborted();
    } finally {
      this.#asleep.delete(key);
      signal.removeEventListener('abort', stop);
    }
  }

  wake(key: string): void {
    this.#asleep.get(key)?.abort();
  }
}
