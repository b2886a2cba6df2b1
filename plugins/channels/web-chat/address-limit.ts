import type { Clock } from 'polyphon/plugin';

/** Addresses remembered at once; the longest silent one goes first, so that a flood of addresses costs 10,000 entries. */
const maxAddresses = 10_000;
const windowMs = 60_000;

/**
 * How often one address may do something in a minute: a bucket that fills evenly. In memory and on the injected clock, which the
 * rate limiter the deployment uses elsewhere cannot take; losing it on a restart is harmless here.
 */
export class AddressLimit {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** 0 when allowed, else the milliseconds after which one more is. */
  take(address: string): number {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#buckets.get(address) ?? { tokens: this.#perMinute, atMs: nowMs };
    const tokens = Math.min(this.#perMinute, known.tokens + ((nowMs - known.atMs) * this.#perMinute) / windowMs);
    this.#buckets.delete(address);
    if (this.#buckets.size >= maxAddresses) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    const allowed = tokens >= 1;
    this.#buckets.set(address, { tokens: allowed ? tokens - 1 : tokens, atMs: nowMs });
    return allowed ? 0 : Math.ceil(((1 - tokens) * windowMs) / this.#perMinute);
  }
}
