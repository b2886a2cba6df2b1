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
 * Lets a few turns, or sends, begin in each round of the event loop. Fifty that begin at once would take every step in lockstep: each waits at every
 * `await` for the other forty-nine, and requests that come meanwhile wait for all. While rounds are long fewer begin, down to one:
 * what was received waits safely in the inbox, but a platform that is not answered in time sends again.
 */
export class StartPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #waiting: (() => void)[] = [];
  #perRound: number;
  #lastMs: number | undefined;

  /** `first`: how many begin in the first round; from then on one more in each. */
  constructor(clock: Pick<Clock, 'monotonicMs'>, first = mostPerRound) {
    this.#clock = clock;
    this.#perRound = first;
  }

  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (this.#waiting.length === 1) setImmediate(() => this.#grant());
    return promise;
  }

  #grant(): void {
    const nowMs = this.#clock.monotonicMs();
    const isLong = this.#lastMs !== undefined && nowMs - this.#lastMs > longRoundMs;
    this.#perRound = isLong ? Math.max(1, this.#perRound >> 1) : Math.min(mostPerRound, this.#perRound + 1);
    for (const begin of this.#waiting.splice(0, this.#perRound)) begin();
    // Only rounds that follow one another tell how long a round takes.
    this.#lastMs = this.#waiting.length > 0 ? nowMs : undefined;
    if (this.#waiting.length > 0) setImmediate(() => this.#grant());
  }
}
