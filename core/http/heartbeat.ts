import type { Clock } from '../contract/index.ts';

/** What is pinged: answers whether it lived since the last ping, and sends the next one. */
export interface Pulse {
  /** `dead` drops it from the heartbeat. */
  beat(): 'alive' | 'dead';
}

export interface Heartbeat {
  add(pulse: Pulse): Disposable;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

const slots = 30;

/**
 * Pings each socket once in `everyMs`, a thirtieth of them at a time: pinging 5,000 sockets at once held the loop for 40 ms.
 * One timer serves all.
 */
export function createHeartbeat(options: { readonly clock: Clock; readonly everyMs: number }): Heartbeat {
  const wheel = Array.from({ length: slots }, () => new Set<Pulse>());
  let next = 0;
  return {
    add(pulse) {
      const slot = wheel[next % slots];
      next += 1;
      slot?.add(pulse);
      return { [Symbol.dispose]: () => void slot?.delete(pulse) };
    },
    async run(signal) {
      for (let tick = 0; !signal.aborted; tick += 1) {
        await options.clock.sleep(options.everyMs / slots, signal).catch(() => undefined);
        if (signal.aborted) return;
        const slot = wheel[tick % slots];
        for (const pulse of slot ?? []) if (pulse.beat() === 'dead') slot?.delete(pulse);
      }
    },
  };
}
