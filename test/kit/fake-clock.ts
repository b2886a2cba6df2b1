import type { Clock } from '../../core/contract/index.ts';

interface Timer {
  readonly atMs: number;
  fire(): void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #nowMs: number;
  readonly #startedMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 10, 20, 9, 0)) {
    this.#nowMs = startMs;
    this.#startedMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startedMs;
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => {
      this.#timers.delete(timer);
      reject(signal?.reason);
    };
    const timer: Timer = {
      atMs: this.#nowMs + ms,
      fire: () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
    };
    this.#timers.add(timer);
    signal?.addEventListener('abort', abort, { once: true });
    return promise;
  }

  deadline(ms: number, signal?: AbortSignal): { readonly signal: AbortSignal } & Disposable {
    const controller = new AbortController();
    const follow = (): void => end(signal?.reason);
    const dispose = (): void => {
      this.#timers.delete(timer);
      signal?.removeEventListener('abort', follow);
    };
    const end = (reason: unknown): void => {
      dispose();
      controller.abort(reason);
    };
    const timer: Timer = {
      atMs: this.#nowMs + ms,
      fire: () => end(new DOMException('The deadline passed.', 'TimeoutError')),
    };
    this.#timers.add(timer);
    if (signal?.aborted) follow();
    else signal?.addEventListener('abort', follow, { once: true });
    return { signal: controller.signal, [Symbol.dispose]: dispose };
  }

  /** Goes on by so much, fires what falls due in its order, and lets everything that follows from it happen. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      this.#timers.delete(due);
      due.fire();
      await settled();
    }
    this.#nowMs = untilMs;
    await settled();
  }
}

/** Lets everything that is ready happen: promises, and commits, which gather over one turn of the event loop. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 12; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
