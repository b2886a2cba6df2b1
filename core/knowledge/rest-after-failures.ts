import type { Clock } from '../contract/index.ts';

const failuresBeforeRest = 3;
const restMs = 30_000;

/** A service that has failed so many times in a row is not asked for a while, so that questions do not wait for it one by one. */
export class RestAfterFailures {
  readonly #clock: Clock;
  #failures = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get resting(): boolean {
    return this.#clock.monotonicMs() < this.#untilMs;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** How long it rests from now on; undefined where it is asked again at once. */
  failed(): number | undefined {
    this.#failures += 1;
    if (this.#failures < failuresBeforeRest) return undefined;
    this.#untilMs = this.#clock.monotonicMs() + restMs;
    return restMs;
  }
}
