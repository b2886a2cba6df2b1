import type { Clock } from '../../../core/contract/index.ts';

/** Time that moves when a test says so. `autoSleep` lets sleeps pass at once, moving the time. */
export class ManualClock implements Clock {
  #nowMs = 1_800_000_000_000;
  readonly slept: number[] = [];
  readonly #timers = new Set<{ readonly atMs: number; fire(): void }>();

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.advance(ms);
    signal?.throwIfAborted();
  }

  deadline(ms: number, signal?: AbortSignal) {
    const controller = new AbortController();
    const timer = {
      atMs: this.#nowMs + ms,
      fire: () => controller.abort(new DOMException('The deadline passed.', 'TimeoutError')),
    };
    this.#timers.add(timer);
    const follow = (): void => controller.abort(signal?.reason);
    if (signal?.aborted) follow();
    else signal?.addEventListener('abort', follow, { once: true });
    const dispose = (): void => {
      this.#timers.delete(timer);
      signal?.removeEventListener('abort', follow);
    };
    return { signal: controller.signal, [Symbol.dispose]: dispose };
  }

  /** How many deadlines wait: 0 when every exchange has cleaned up. */
  get openDeadlines(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.fire();
    }
  }
}
