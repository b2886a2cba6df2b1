import { type Clock, PolyphonError } from '../contract/index.ts';

type Purpose = 'passage' | 'query';

/** That a service wants no requests, and why. */
interface Pause {
  readonly untilMs: number;
  readonly what: string;
  readonly cause: PolyphonError;
}

const meanwhile: Readonly<Record<Purpose, string>> = {
  passage: 'Words find what has no vector yet.',
  query: 'Words answer meanwhile.',
};

/** Until when an embedding service is not asked, because it has asked for a longer wait than there is patience for. */
export class ServicePauses {
  readonly #where: string;
  readonly #longestWaitMs: number;
  readonly #clock: Clock;
  readonly #pauses: Partial<Record<Purpose, Pause>> = {};

  /** @param longestWaitMs that a reading waits for a service */
  constructor(where: string, longestWaitMs: number, clock: Clock) {
    this.#where = where;
    this.#longestWaitMs = longestWaitMs;
    this.#clock = clock;
  }

  /** @throws PolyphonError EMB8203 where the service is not to be asked now. */
  heed(purpose: Purpose): void {
    const pause = this.#pauses[purpose];
    const leftMs = (pause?.untilMs ?? 0) - this.#clock.now();
    if (pause !== undefined && leftMs > 0) throw this.#error(pause, purpose, leftMs);
  }

  /** Gives the error for what was asked `times` times since `sinceMs`, as it was refused now with `waitMs` to wait. */
  begin(
    purpose: Purpose,
    asked: { readonly times: number; readonly sinceMs: number },
    { waitMs, cause }: { readonly waitMs: number; readonly cause: PolyphonError },
  ): PolyphonError {
    const nowMs = this.#clock.now();
    const untilMs = nowMs + waitMs;
    const before = asked.times === 1 ? '' : `was asked ${asked.times} times in ${seconds(nowMs - asked.sinceMs)} and `;
    const until = new Date(untilMs).toISOString().replace(/\.\d+/, '');
    const pause = { untilMs, what: `the service ${before}asks to wait ${seconds(waitMs)}, until ${until}`, cause };
    // The next documents need not wait for the same answer. A question gives up where a reading waits, and does not end it then.
    if (purpose === 'passage' || waitMs > this.#longestWaitMs) this.#pauses.passage = pause;
    this.#pauses.query = pause;
    return this.#error(pause, purpose, waitMs);
  }

  /** The same words for all that it refuses, so that they can be told once. */
  #error({ what, cause }: Pause, purpose: Purpose, leftMs: number): PolyphonError {
    const message = `Embedding ${this.#where}: ${what}. ${meanwhile[purpose]}`;
    return new PolyphonError('EMB8203', message, { retryAfterMs: leftMs, data: { status: 429 }, cause });
  }
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
