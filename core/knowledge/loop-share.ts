import type { Clock } from '../contract/index.ts';

/**
 * Lets steps of work through that together take about so many ms in one round of the event loop; the others wait for the next rounds.
 * Fifty searches in large corpora that go on in the same round would hold up every chat for the sum of their steps.
 */
export class LoopShare {
  readonly #shareMs: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(shareMs: number, clock: Clock) {
    this.#shareMs = shareMs;
    this.#clock = clock;
  }

  /**
   * What follows up to the next call is a step. Undefined while there is something left of the share; else it resolves in a later round,
   * in the order of the calls.
   */
  turn(): Promise<void> | undefined {
    if (!this.#busy && this.#clock.monotonicMs() < this.#untilMs) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => void this.#round());
    });
  }

  async #round(): Promise<void> {
    this.#untilMs = this.#clock.monotonicMs() + this.#shareMs;
    do {
      this.#waiting.shift()?.();
      // The step that was let through runs before this goes on.
      await null;
    } while (this.#waiting.length > 0 && this.#clock.monotonicMs() < this.#untilMs);
    this.#busy = this.#waiting.length > 0;
    if (this.#busy) setImmediate(() => void this.#round());
  }
}
