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
  deadline: (ms, signal) => new Deadline(ms, signal),
};

/** Not `AbortSignal.any`: listening to one costs 7 us, and a turn has several deadlines. */
class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: Disposable;

  constructor(ms: number, outer?: AbortSignal) {
    this.#outer = outer;
    this.#timer = startTimer(ms, 'lets-go', () => this.#end(new DOMException('The deadline passed.', 'TimeoutError')));
    if (outer?.aborted) this.handleEvent();
    else outer?.addEventListener('abort', this, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The outer signal has aborted. */
  handleEvent(): void {
    this.#end(this.#outer?.reason);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#outer?.removeEventListener('abort', this);
  }

  #end(reason: unknown): void {
    this[Symbol.dispose]();
    this.#controller.abort(reason);
  }
}

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

/** Two characters at once, by ten bits. */
const pairs = [...crockford].flatMap((first) => [...crockford].map((second) => first + second));
let lastMs = Number.NaN;
let lastTime = '';

/** 48 bits of time and 80 of chance, as ULID; ids made later sort later, to the millisecond. */
function ulid(nowMs: number): string {
  if (used + 16 > drawn.length) {
    drawn = randomBytes(drawnBytes);
    used = 0;
  }
  if (nowMs !== lastMs) lastTime = timeOf(nowMs);
  lastMs = nowMs;
  let id = lastTime;
  for (const end = used + 16; used < end; used += 2) id += pairs[drawn.readUInt16LE(used) & 1023];
  return id;
}

function timeOf(nowMs: number): string {
  let time = '';
  for (let rest = nowMs, i = 0; i < 10; i += 1, rest = Math.floor(rest / 32)) time = crockford[rest % 32] + time;
  return time;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  id: (prefix) => `${prefix}_${ulid(Date.now())}`,
  token: (bytes) => randomBytes(bytes).toString('base64url'),
};
