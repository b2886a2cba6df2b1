import type { Clock } from '../../contract/index.ts';

/** A folder that is replaced, or not mounted at a start, comes back. As long as a platform that is down is waited for. */
const goneForGoodMs = 6 * 3_600_000;

/** Since when bots, or their channels, are not in the bots folder any more. In memory: a process that begins waits anew. */
export class AbsentChannels {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #sinceMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Whether it does not seem to come back; the first time it is asked, it may. */
  isForGood(tenantId: string, channel: string): boolean {
    const key = `${tenantId} ${channel}`;
    const nowMs = this.#clock.monotonicMs();
    const sinceMs = this.#sinceMs.get(key) ?? nowMs;
    this.#sinceMs.set(key, sinceMs);
    return nowMs - sinceMs >= goneForGoodMs;
  }

  /** Another definition serves, and what it has may be gone anew. */
  forget(tenantId: string): void {
    for (const key of this.#sinceMs.keys()) if (key.startsWith(`${tenantId} `)) this.#sinceMs.delete(key);
  }
}
