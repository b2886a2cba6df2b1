import { setMaxListeners } from 'node:events';

/** Calls `end` when the signal aborts, at once if it has. Dispose it to stop listening: signals of a revision outlive requests. */
export function followSignal(signal: AbortSignal, end: () => void): Disposable {
  if (signal.aborted) {
    end();
    return { [Symbol.dispose]: () => undefined };
  }
  // As many listeners as requests and sockets are open; that is no leak.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', end, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', end) };
}
