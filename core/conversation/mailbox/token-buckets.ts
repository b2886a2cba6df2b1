import type { Clock, Rate } from '../../contract/index.ts';

/** Buckets that are kept before full ones are forgotten. */
const maxBuckets = 10_000;

type Wanted = readonly { readonly key: string; readonly rate: Rate }[];

interface Wait {
  readonly retryAfterMs: number;
  readonly key: string;
}

/** Rates per key on the injected clock: a bucket holds `count` and refills evenly over `perMs`. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { tokens: number; atMs: number; rate: Rate }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one token of each key, or of none: then the time until all have one again, and the key that has to wait longest. */
  take(wanted: Wanted): Wait | undefined {
    const now = this.#clock.monotonicMs();
    const buckets = wanted.map(({ key, rate }) => this.#refilled(key, rate, now));
    const waits = buckets.map(({ tokens, rate }) => ((1 - tokens) * rate.perMs) / rate.count);
    const retryAfterMs = Math.max(...waits);
    if (retryAfterMs > 0) {
      return { retryAfterMs: Math.ceil(retryAfterMs), key: wanted[waits.indexOf(retryAfterMs)]?.key ?? '' };
    }
    for (const bucket of buckets) bucket.tokens -= 1;
    return undefined;
  }

  #refilled(key: string, rate: Rate, now: number): { tokens: number; rate: Rate } {
    const known = this.#buckets.get(key);
    if (known === undefined) {
      if (this.#buckets.size >= maxBuckets) this.#forgetFull(now);
      const made = { tokens: rate.count, atMs: now, rate };
      this.#buckets.set(key, made);
      return made;
    }
    known.tokens = Math.min(rate.count, known.tokens + ((now - known.atMs) * rate.count) / rate.perMs);
    known.atMs = now;
    known.rate = rate;
    return known;
  }

  #forgetFull(now: number): void {
    for (const [key, { tokens, atMs, rate }] of this.#buckets) {
      if (tokens + ((now - atMs) * rate.count) / rate.perMs >= rate.count) this.#buckets.delete(key);
    }
  }
}

/** For one message, whose transaction may be run twice: the same is taken once, and answered the same. */
export class TakenOnce {
  readonly #buckets: TokenBuckets;
  readonly #answers = new Map<string, Wait | undefined>();

  constructor(buckets: TokenBuckets) {
    this.#buckets = buckets;
  }

  take(wanted: Wanted): Wait | undefined {
    const key = wanted.map((one) => one.key).join('\n');
    if (!this.#answers.has(key)) this.#answers.set(key, this.#buckets.take(wanted));
    return this.#answers.get(key);
  }
}
