import type { Clock, Logger } from '../contract/index.ts';

/**
 * When memory is given back after something was let go: when most of it is free, and when V8 has collected the rest, which a process at
 * rest does after 40 to 50 s.
 */
const momentsMs = [10_000, 60_000];

/** Gives free memory back to the system. */
export type GiveBack = () => void;

/**
 * glibc keeps what was freed in the arenas of its threads: after a thousand tenants came and went 16 to 25 MB, a tenth of the process.
 * It is asked to give that back, which takes 0.1 to 5 ms, when the process has had time to come to rest.
 */
export class FreeMemory {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #load: () => Promise<GiveBack | undefined>;
  #restarted = new AbortController();
  #working: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly clock: Clock;
    readonly log: Logger;
    /** Ends all waiting. */
    readonly signal: AbortSignal;
    /** How the system is asked; a test hands over its own. */
    readonly load?: () => Promise<GiveBack | undefined>;
  }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#stopping = options.signal;
    this.#load = options.load ?? loadGiveBack;
  }

  /** Call when much was let go. What was asked for before is then due later. */
  soon(): void {
    this.#restarted.abort();
    this.#restarted = new AbortController();
    const signal = AbortSignal.any([this.#restarted.signal, this.#stopping]);
    // Each waits for the one before, which has just been told to end.
    this.#working = this.#working.then(() => this.#work(signal)).catch(() => undefined);
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(signal: AbortSignal): Promise<void> {
    let passedMs = 0;
    for (const atMs of momentsMs) {
      await this.#clock.sleep(atMs - passedMs, signal);
      passedMs = atMs;
      const giveBack = await this.#load();
      if (giveBack === undefined) return;
      const startMs = this.#clock.monotonicMs();
      giveBack();
      this.#log.debug('free memory was given back', { ms: Math.round(this.#clock.monotonicMs() - startMs) });
    }
  }
}

let loaded: Promise<GiveBack | undefined> | undefined;

/** `malloc_trim` of glibc. Undefined on other systems, and where the optional package that calls it is missing. */
function loadGiveBack(): Promise<GiveBack | undefined> {
  loaded ??= importGiveBack().catch(() => undefined);
  return loaded;
}

async function importGiveBack(): Promise<GiveBack | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { default: koffi } = await import('koffi');
  const trim = koffi.load('libc.so.6').func('int malloc_trim(size_t pad)');
  return () => {
    trim(0);
  };
}
