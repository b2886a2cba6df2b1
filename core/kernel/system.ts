import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../contract/index.ts';

/** Node keeps the time of a timer in 31 bits, 24.8 days; a longer one would ring at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => {
        timer[Symbol.dispose]();
        reject(signal?.reason);
      };
      const timer = startTimer(ms, 'holds', () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    }),
  deadline: (ms, signal) => {
    const controller = new AbortController();
    const end = (reason: unknown): void => {
      deadline[Symbol.dispose]();
      controller.abort(reason);
    };
    // Not `AbortSignal.any`: listening to one costs 7 us, and a turn has several deadlines.
    const follow = (): void => end(signal?.reason);
    const timer = startTimer(ms, 'lets-go', () => end(new DOMException('The deadline passed.', 'TimeoutError')));
    const deadline = {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        timer[Symbol.dispose]();
        signal?.removeEventListener('abort', follow);
      },
    };
    if (signal?.aborted) follow();
    else signal?.addEventListener('abort', follow, { once: true });
    return deadline;
  },
};

/** Rings once, after any time. `holds`: the process does not end before. */
function startTimer(ms: number, process: 'holds' | 'lets-go', ring: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const wait = (restMs: number) => {
    const stepMs = Math.min(restMs, longestTimerMs);
    timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : ring()), stepMs);
    if (process === 'lets-go') timer.unref();
  };
  wait(ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Chance is drawn in larger pieces: one call for each id costs more than the id. */
const drawnBytes = 4096;
let drawn = Buffer.alloc(0);
let used = 0;

/** 48 bits of time and 80 of chance, as ULID; ids made later sort later, to the millisecond. */
function ulid(nowMs: number): string {
  let time = '';
  for (let rest = nowMs, i = 0; i < 10; i += 1, rest = Math.floor(rest / 32)) time = crockford[rest % 32] + time;
  let chance = '';
  if (used + 16 > drawn.length) {
    drawn = randomBytes(drawnBytes);
    used = 0;
  }
  for (const end = used + 16; used < end; used += 1) chance += crockford[(drawn[used] ?? 0) & 31];
  return time + chance;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  id: (prefix) => `${prefix}_${ulid(Date.now())}`,
  token: (bytes) => randomBytes(bytes).toString('base64url'),
};
