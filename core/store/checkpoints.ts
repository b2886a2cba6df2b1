import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type BetterSqlite3 from 'better-sqlite3';
import type { Clock, Logger } from '../contract/index.ts';

/** Pages of the log, 4 kB each, that are worth a checkpoint. */
const worthPages = 1000;
/** Asking how many there are takes 40 µs. In this time a busy process writes some 1,000. */
const lookEveryMs = 50;
/** A thread costs some 10 MB while it waits, and 50 ms of a processor to start. */
const restMs = 5000;

/**
 * Copies the write-ahead log into the database in a thread. Within COMMIT, where SQLite does it by itself, the process stood still for 20
 * to 35 ms with each 4,000 pages: every second or two while documents are read. SQLite's own stays as what ends a log that only grows
 * because it is written without a pause, and has little left to copy.
 */
export class Checkpoints implements AsyncDisposable {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #worker: Worker | undefined;
  #busy = false;
  #resting: AbortController | undefined;
  #state: 'usable' | 'failed' | 'closed' = 'usable';

  constructor(
    sqlite: BetterSqlite3.Database,
    { path, clock, log }: { readonly path: string; readonly clock: Clock; readonly log: Logger },
  ) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Call with each write; starts a checkpoint when there is enough to copy. */
  look(): void {
    if (this.#busy || this.#state !== 'usable' || this.#sqlite.inTransaction) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedMs < lookEveryMs) return;
    this.#lookedMs = nowMs;
    const [found] = this.#sqlite.pragma('wal_checkpoint(NOOP)') as readonly LogState[];
    if (found === undefined || found.log - found.checkpointed < worthPages) return;
    this.#busy = true;
    this.#resting?.abort();
    this.#worker ??= this.#start();
    this.#worker.postMessage('copy');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed';
    this.#resting?.abort();
    await this.#end();
  }

  #start(): Worker {
    const ending = extname(fileURLToPath(import.meta.url));
    const worker = new Worker(new URL(`./checkpoint-worker${ending}`, import.meta.url), {
      workerData: this.#path,
      stdout: true,
      stderr: true,
    });
    worker.unref();
    worker.on('message', () => {
      this.#busy = false;
      void this.#rest();
    });
    worker.once('error', (error) => {
      // SQLite's own checkpoints go on.
      if (this.#state === 'usable') this.#state = 'failed';
      this.#log.warn('the write-ahead log cannot be copied in a thread', { error });
    });
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  /** Ends the thread when nothing more has come. */
  async #rest(): Promise<void> {
    const resting = new AbortController();
    this.#resting?.abort();
    this.#resting = resting;
    await this.#clock.sleep(restMs, resting.signal).then(
      () => this.#end(),
      () => {},
    );
  }

  /** The thread closes its connection itself: one that is torn off in a checkpoint would keep its locks. */
  async #end(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    // Nothing else may keep the process until it is gone.
    worker.ref();
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('end');
    await gone;
  }
}

/** Pages in the log, and those of them that are in the database too; -1 where there is no log. */
export interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}
