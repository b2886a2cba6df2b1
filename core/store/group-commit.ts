import type BetterSqlite3 from 'better-sqlite3';
import { type Clock, PolyphonError } from '../contract/index.ts';
import { damaged, isDamage } from './damaged.ts';
import type { LogFile } from './log-file.ts';
import { codeOf } from './sqlite-code.ts';
import { isTrouble } from './store-trouble.ts';

interface QueuedJob {
  run(): void;
  visible(): void;
  committed(): void;
  failed(error: unknown): void;
}

/** Between commits while the disk is at work. What was sent is known that much later at the most when the process is killed. */
const leastPauseMs = 5;

/** Another process writes: `person erase` copies the whole file. It is tried again so often, and for so long. */
const busyPauseMs = 20;
const longestBusyMs = 5000;
const never = new AbortController().signal;

/**
 * Jobs queued within one tick share one transaction, and with it one sync of the disk, which is what a commit costs. While the disk is at
 * work commits go on, some milliseconds apart, because what is in the log outlives this process, if not the power; all of them are on the
 * disk with the next sync.
 *
 * A job that throws undoes itself and nothing else: all are rolled back and run again, each in a savepoint of its own. Savepoints from
 * the start cost a twelfth of a turn, because SQLite copies each page that is changed within one.
 */
export class GroupCommit {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #begin: BetterSqlite3.Statement;
  readonly #commit: BetterSqlite3.Statement;
  readonly #rollback: BetterSqlite3.Statement;
  readonly #mark: BetterSqlite3.Statement;
  readonly #release: BetterSqlite3.Statement;
  readonly #undo: BetterSqlite3.Statement;
  readonly #clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  readonly #log: Pick<LogFile, 'sync'> | undefined;
  #queue: QueuedJob[] = [];
  #scheduled = false;
  /** Committed, and not known to be on the disk. */
  #unsynced: QueuedJob[] = [];
  #syncing: Promise<void> | undefined;
  #closed = false;
  #committedMs = Number.NEGATIVE_INFINITY;
  #held: PromiseWithResolvers<void> | undefined;
  /** Until it is tried again where another process writes. */
  #waiting: Promise<void> | undefined;
  #busySinceMs: number | undefined;
  /** The disk refused a sync: what it has of the log is unknown, and asking once more would only be told that all is well. */
  #lost: PolyphonError | undefined;
  /** Whether a transaction was refused since somebody last made sure that writes succeed. */
  failing = false;

  /** Without a log a commit is the end of it, as in memory. */
  constructor(
    sqlite: BetterSqlite3.Database,
    clock: Pick<Clock, 'monotonicMs' | 'sleep'>,
    log?: Pick<LogFile, 'sync'>,
  ) {
    this.#sqlite = sqlite;
    this.#clock = clock;
    this.#log = log;
    this.#begin = sqlite.prepare('BEGIN IMMEDIATE');
    this.#commit = sqlite.prepare('COMMIT');
    this.#rollback = sqlite.prepare('ROLLBACK');
    this.#mark = sqlite.prepare('SAVEPOINT job');
    this.#release = sqlite.prepare('RELEASE job');
    this.#undo = sqlite.prepare('ROLLBACK TO job');
  }

  /** See `Store.write`. */
  write<Result>(
    job: () => Result,
    onCommit?: (result: Result) => void,
    onVisible?: (result: Result) => void,
  ): Promise<Result> {
    if (this.#closed)
      return Promise.reject(new PolyphonError('STO7002', 'The store is closed. Ask again when the process is up.'));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    let result: Result;
    this.#queue.push({
      run: () => {
        result = job();
      },
      visible: () => onVisible?.(result),
      committed: () => {
        try {
          onCommit?.(result);
          resolve(result);
        } catch (error) {
          reject(error);
        }
      },
      failed: reject,
    });
    this.#schedule();
    return promise;
  }

  /** Nothing is committed until it is disposed of; what comes meanwhile is committed then. */
  hold(): Disposable {
    const held = Promise.withResolvers<void>();
    this.#held = held;
    return {
      [Symbol.dispose]: () => {
        if (this.#held !== held) return;
        this.#held = undefined;
        held.resolve();
        if (this.#queue.length > 0) this.#flush();
      },
    };
  }

  /** Resolves when all that was queued is on the disk; from now on nothing is taken. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#held?.promise;
    this.#flush();
    while (this.#waiting !== undefined) await this.#waiting;
    await this.#syncing;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    // They join the sync that follows the one under way.
    if (this.#syncing !== undefined && this.#unsynced.length > 0 && this.#isEarly()) return;
    const done = this.#commitQueued();
    if (this.#log === undefined) {
      for (const job of done) job.committed();
      return;
    }
    this.#unsynced.push(...done);
    if (this.#unsynced.length > 0) this.#syncing ??= this.#sync(this.#log);
  }

  /** A commit for every tick would cost a tenth of all processor time under load. */
  #isEarly(): boolean {
    return this.#clock.monotonicMs() - this.#committedMs < leastPauseMs;
  }

  /** What is in the log is seen by every reader already; nobody is told that it is stored before it is. */
  async #sync(log: Pick<LogFile, 'sync'>): Promise<void> {
    while (this.#unsynced.length > 0) {
      const done = this.#unsynced;
      this.#unsynced = [];
      try {
        await log.sync();
      } catch (error) {
        this.failing = true;
        this.#lost = unsynced(error);
      }
      for (const job of done) {
        if (this.#lost === undefined) job.committed();
        else job.failed(this.#lost);
      }
      this.#unsynced.push(...this.#commitQueued());
    }
    this.#syncing = undefined;
  }

  /** Commits what is queued now, and returns what is in the transaction. */
  #commitQueued(): readonly QueuedJob[] {
    if (this.#held !== undefined || this.#waiting !== undefined) return [];
    const jobs = this.#queue;
    this.#queue = [];
    if (jobs.length === 0) return [];
    try {
      if (this.#lost !== undefined) throw this.#lost;
      const done = this.#runTogether(jobs) ?? this.#runApart(jobs);
      this.#committedMs = this.#clock.monotonicMs();
      this.#busySinceMs = undefined;
      for (const job of done) job.visible();
      return done;
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#rollback.run();
      if (this.#waitsForOthers(error)) {
        this.#queue = [...jobs, ...this.#queue];
        return [];
      }
      const failure = asWriteFailure(error);
      this.failing = true;
      for (const job of jobs) job.failed(failure);
      return [];
    }
  }

  /** SQLite's own wait would hold up everything that this process does. */
  #waitsForOthers(error: unknown): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#busySinceMs ??= nowMs;
    if (!codeOf(error).startsWith('SQLITE_BUSY') || nowMs - this.#busySinceMs >= longestBusyMs) {
      this.#busySinceMs = undefined;
      return false;
    }
    this.#waiting = this.#clock.sleep(busyPauseMs, never).then(() => {
      this.#waiting = undefined;
      this.#flush();
    });
    return true;
  }

  /** Undefined where one threw: then nothing is kept of any of them. */
  #runTogether(jobs: readonly QueuedJob[]): readonly QueuedJob[] | undefined {
    this.#begin.run();
    try {
      for (const job of jobs) job.run();
    } catch (error) {
      if (!this.#sqlite.inTransaction) throw error;
      this.#rollback.run();
      return undefined;
    }
    this.#commit.run();
    return jobs;
  }

  #runApart(jobs: readonly QueuedJob[]): readonly QueuedJob[] {
    const done: QueuedJob[] = [];
    this.#begin.run();
    for (const job of jobs) this.#runOne(job, done);
    this.#commit.run();
    return done;
  }

  #runOne(job: QueuedJob, done: QueuedJob[]): void {
    this.#mark.run();
    try {
      job.run();
      this.#release.run();
      done.push(job);
    } catch (error) {
      // A full disk ends the whole transaction: then nobody's work is kept, and everybody must hear of it.
      if (!this.#sqlite.inTransaction) throw error;
      this.#undo.run();
      this.#release.run();
      job.failed(asWriteFailure(error));
    }
  }
}

function unsynced(error: unknown): PolyphonError {
  return new PolyphonError(
    'STO7002',
    `The store could not sync its log to the disk (${codeOf(error) || 'no code'}). What was written last may not be there. Check the disk, then restart.`,
    { cause: error, retryAfterMs: 1000 },
  );
}

function asWriteFailure(error: unknown): unknown {
  if (isDamage(error)) return damaged('Store', error);
  if (!isTrouble(error)) return error;
  return new PolyphonError(
    'STO7002',
    `The store could not write (${codeOf(error)}). Nothing was kept. ${nextStepOf(codeOf(error))}`,
    {
      cause: error,
      retryAfterMs: 1000,
    },
  );
}

/** For who reads the log; the sender is told no more than that it may come again. */
function nextStepOf(code: string): string {
  if (code === 'SQLITE_FULL') {
    return 'The disk is full: free some space, and what platforms send again is taken, without a restart.';
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return 'The file or its disk is for reading only: give this user the right to write there.';
  }
  return 'Send it again in a moment.';
}
