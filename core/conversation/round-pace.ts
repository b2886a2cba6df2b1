import type { Clock } from '../contract/index.ts';

/**
 * Fewer cost throughput, because a commit then holds fewer turns; more cost latency. With fifty conversations flat out on 2 cores: 1 gives
 * 370 turns/s, 8 gives 620 at 6 ms of our own in a turn (p95), all at once give 630 at 21 ms.
 */
const mostPerRound = 8;
/**
 * A round of the event loop that takes longer has more to do than it can: a webhook waits for two or three of them. 500 messages a second
 * on 5,000 sockets: the whole reply after 80 ms (p99) with 25, after 0.4 to 2.4 s with 8; acknowledgements are alike.
 */
const longRoundMs = 25;
/**
 * Of a round all steps together take about so long. A turn of the offline model takes 2 ms where its code is warm and 8 where it is not:
 * eight of them in one round held up everybody for 20 and more.
 */
const shareMs = 10;
/** Steps of what has begun that go on in one round, at most. */
const mostSteps = 16;

/**
 * Lets a few turns, or sends, begin in each round of the event loop, and go on step by step. Fifty that begin at once would take every
 * step in lockstep: each waits at every `await` for the other forty-nine, and requests that come meanwhile wait for all. While rounds are
 * long fewer begin, down to one: what was received waits safely in the inbox, but a platform that is not answered in time sends again.
 */
export class RoundPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #beginning: (() => void)[] = [];
  readonly #goingOn: (() => void)[] = [];
  #perRound: number;
  #scheduled = false;
  /** When the round began, and how many may still begin in it. */
  #roundMs = Number.NEGATIVE_INFINITY;
  #left = 0;
  #lastMs: number | undefined;

  /** `first`: how many begin in the first round; from then on one more in each. */
  constructor(clock: Pick<Clock, 'monotonicMs'>, first = mostPerRound) {
    this.#clock = clock;
    this.#perRound = first;
  }

  begin(): Promise<void> {
    return this.#wait(this.#beginning);
  }

  /**
   * Call between the steps of what has begun. Undefined while something is left of the round; else it resolves in a later one, before
   * others begin.
   */
  goOn(): Promise<void> | undefined {
    return this.#isSpent() ? this.#wait(this.#goingOn) : undefined;
  }

  #wait(queue: (() => void)[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.push(resolve);
    this.#schedule();
    return promise;
  }

  /** One callback a step: what a step sets off without waiting runs before the next callback looks at the time. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#open());
    const steps = Math.min(mostSteps, this.#goingOn.length + mostPerRound);
    for (let step = 0; step < steps; step += 1) setImmediate(() => this.#step(step));
    setImmediate(() => this.#close());
  }

  #open(): void {
    const nowMs = this.#clock.monotonicMs();
    const isLong = this.#lastMs !== undefined && nowMs - this.#lastMs > longRoundMs;
    this.#perRound = isLong ? Math.max(1, this.#perRound >> 1) : Math.min(mostPerRound, this.#perRound + 1);
    this.#left = this.#perRound;
    this.#roundMs = nowMs;
  }

  #step(index: number): void {
    if (index > 0 && this.#isSpent()) return;
    const further = this.#goingOn.shift();
    if (further === undefined && this.#left === 0) return;
    if (further === undefined) this.#left -= 1;
    (further ?? this.#beginning.shift())?.();
  }

  #close(): void {
    this.#scheduled = false;
    const isEmpty = this.#beginning.length === 0 && this.#goingOn.length === 0;
    // Only rounds that follow one another tell how long a round takes.
    this.#lastMs = isEmpty ? undefined : this.#roundMs;
    if (!isEmpty) this.#schedule();
  }

  #isSpent(): boolean {
    return this.#clock.monotonicMs() - this.#roundMs >= shareMs;
  }
}
