import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type BetterSqlite3 from 'better-sqlite3';
import type { Clock, Logger } from '../contract/index.ts';
import type { GroupCommit } from './group-commit.ts';

/** Pages of the log, 4 kB each, that are worth a checkpoint. */
const worthPages = 1000;
/** A log of so many pages begins anew, which it can when all of it is in the database: writing pauses while the last pages are copied. */
const longPages = 8000;
/** A disk that takes longer than this keeps its long log: messages do not wait for it. */
const longestPauseMs = 250;
/** Asking how many there are takes 40 µs. In this time a busy process writes some 1,000. */
const lookEveryMs = 50;
/** A thread costs some 10 MB while it waits, and 50 ms of a processor to start. */
const restMs = 5000;
/** What SQLite copies by itself, within COMMIT: only where the thread does not keep up, and where there is none. */
const ownPages = { withThread: 64_000, without: 4000 } as const;

/**
 * Copies the write-ahead log into the database in a thread, and sees to it that the log begins anew. Within COMMIT, where SQLite does it
 * by itself, the process stood still for 15 to 35 ms every second or two while documents were read, even with little left to copy:
 * it syncs the log before and the database afterwards. Here commits wait for the same, some milliseconds, and everything else goes on.
 */
export class Checkpoints implements AsyncDisposable {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #path: string;
  readonly #commits: Pick<GroupCommit, 'hold'>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #worker: Worker | undefined;
  #doing: 'nothing' | 'copying' | 'emptying' = 'nothing';
  #resting: AbortController | undefined;
  /** Ends the pause in writing. */
  #goOn: (() => void) | undefined;
  /** So long after the last pause, until the log is shorter than it was then. */
  #pauseFrom = longPages;
  #state: 'usable' | 'failed' | 'closed' = 'usable';

  constructor(
    sqlite: BetterSqlite3.Database,
    options: {
      readonly path: string;
      readonly commits: Pick<GroupCommit, 'hold'>;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {
    this.#sqlite = sqlite;
    this.#path = options.path;
    this.#commits = options.commits;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#leaveToSqlite(ownPages.withThread);
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Call with each write; starts a checkpoint when there is enough to copy. */
  look(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedMs < lookEveryMs) return;
    if (this.#doing !== 'nothing' || this.#state !== 'usable' || this.#sqlite.inTransaction) return;
    this.#lookedMs = nowMs;
    const [found] = this.#sqlite.pragma('wal_checkpoint(NOOP)') as readonly LogState[];
    if (found === undefined || found.log - found.checkpointed < worthPages) return;
    this.#doing = 'copying';
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
    worker.on('message', (found: LogState) => this.#copied(worker, found));
    worker.once('error', (error) => {
      if (this.#state === 'usable') {
        this.#state = 'failed';
        this.#leaveToSqlite(ownPages.without);
      }
      this.#log.warn('the write-ahead log cannot be copied in a thread', { error });
    });
    worker.once('exit', () => {
      this.#goOn?.();
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  #copied(worker: Worker, { log }: LogState): void {
    const wasEmptying = this.#doing === 'emptying';
    if (log < this.#pauseFrom - longPages) this.#pauseFrom = longPages;
    if (!wasEmptying && log >= this.#pauseFrom && this.#state === 'usable') {
      this.#doing = 'emptying';
      this.#pause();
      worker.postMessage('copy');
      return;
    }
    // Somebody who reads an old state keeps the log from beginning anew: then writing does not pause for each look at it.
    if (wasEmptying) this.#pauseFrom = log + longPages;
    this.#goOn?.();
    this.#doing = 'nothing';
    void this.#rest();
  }

  /** Until what is in the log is copied, or has taken too long. The next commit then finds nothing in it that is needed. */
  #pause(): void {
    const held = this.#commits.hold();
    const over = new AbortController();
    this.#goOn = () => {
      this.#goOn = undefined;
      over.abort();
      held[Symbol.dispose]();
    };
    void this.#clock.sleep(longestPauseMs, over.signal).then(this.#goOn, () => {});
  }

  #leaveToSqlite(pages: number): void {
    this.#sqlite.pragma(`wal_autocheckpoint = ${pages}`);
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
