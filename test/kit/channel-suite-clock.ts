import type { Clock } from '../../core/contract/index.ts';
import { systemClock } from '../../core/kernel/system.ts';

/** The system's clock, which knows how many of its timers have neither fired nor been given back. */
export class CountingClock implements Clock {
  #pending = 0;

  get pending(): number {
    return this.#pending;
  }

  now(): number {
    return systemClock.now();
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#pending += 1;
    try {
      await systemClock.sleep(ms, signal);
    } finally {
      this.#pending -= 1;
    }
  }

  deadline(ms: number, signal?: AbortSignal): { readonly signal: AbortSignal } & Disposable {
    const deadline = systemClock.deadline(ms, signal);
    this.#pending += 1;
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.#pending -= 1;
      isOver = true;
    };
    deadline.signal.addEventListener('abort', end, { once: true });
    return {
      signal: deadline.signal,
      [Symbol.dispose]: () => {
        end();
        deadline[Symbol.dispose]();
      },
    };
  }
}
