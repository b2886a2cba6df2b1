import type { Clock } from '../../contract/index.ts';
import type { TraceStep } from './turn-trace.ts';

/** Measures the steps of one turn, and how much of its time went by in waiting for others. */
export class TraceRecorder {
  readonly steps: TraceStep[] = [];
  readonly #clock: Clock;
  readonly #startedMs: number;
  #waitedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
  }

  get totalMs(): number {
    return this.#clock.monotonicMs() - this.#startedMs;
  }

  /** The framework's own share so far. */
  get overheadMs(): number {
    return Math.max(0, this.totalMs - this.#waitedMs);
  }

  begin(): number {
    return this.totalMs;
  }

  /** Ended again, as by a transaction that is run twice, a step is the newer one. */
  end(name: TraceStep['name'], startMs: number, note?: string): void {
    const last = this.steps.at(-1);
    if (last?.name === name && last.startMs === rounded(startMs)) this.steps.pop();
    this.steps.push({
      name,
      startMs: rounded(startMs),
      durationMs: rounded(this.totalMs - startMs),
      ...(note === undefined ? {} : { note }),
    });
  }

  /** The time until the promise settles is not the framework's. */
  async wait<Result>(work: Promise<Result>): Promise<Result> {
    const startMs = this.#clock.monotonicMs();
    try {
      return await work;
    } finally {
      this.#waitedMs += this.#clock.monotonicMs() - startMs;
    }
  }
}

export function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
