import { PolyphonError } from '../contract/index.ts';
import type { ChannelFailure } from './face.ts';

/** Which channels of a revision that fetch by themselves hear nothing now, and why. */
export class IntakeWatch {
  readonly #failures = new Map<string, ChannelFailure>();

  /** A failure that goes on keeps its beginning. `error` undefined: the channel ended by itself. */
  failed(key: string, error: unknown, nowMs: number): void {
    const since = this.#failures.get(key)?.since ?? new Date(nowMs).toISOString();
    this.#failures.set(key, { ...reasonOf(error), since });
  }

  /** What began in the revision before. */
  goesOn(key: string, failure: ChannelFailure): void {
    this.#failures.set(key, failure);
  }

  heard(key: string): void {
    this.#failures.delete(key);
  }

  failureOf(key: string): ChannelFailure | undefined {
    return this.#failures.get(key);
  }
}

function reasonOf(error: unknown): Pick<ChannelFailure, 'code' | 'detail'> {
  if (error instanceof PolyphonError) return { code: error.code, detail: error.message };
  const what = error === undefined ? 'stopped fetching by itself' : 'failed while it fetched; the log has the error';
  return {
    code: 'TEN2105',
    detail: `Channel: it ${what}. It begins again by itself; nothing is lost at the platform.`,
  };
}
