import type BetterSqlite3 from 'better-sqlite3';
import { PolyphonError } from '../contract/index.ts';
import { damaged, isDamage } from './damaged.ts';

interface QueuedJob {
  run(): void;
  committed(): void;
  failed(error: unknown): void;
}

/**
 * Jobs queued within one tick share one transaction, and with it one sync of the disk, which is what a commit costs.
 * Each has its own savepoint: a job that throws undoes itself and nothing else.
 */
export class GroupCommit {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #begin: BetterSqlite3.Statement;
  readonly #commit: BetterSqlite3.Statement;
  readonly #rollback: BetterSqlite3.Statement;
  readonly #mark: BetterSqlite3.Statement;
  readonly #release: BetterSqlite3.Statement;
  readonly #undo: BetterSqlite3.Statement;
  #queue: QueuedJob[] = [];
  #scheduled = false;
  #closed = false;
  /** Whether a transaction was refused since somebody last made sure that writes succeed. */
  failing = false;

  constructor(sqlite: BetterSqlite3.Database) {
    this.#sqlite = sqlite;
    this.#begin = sqlite.prepare('BEGIN IMMEDIATE');
    this.#commit = sqlite.prepare('COMMIT');
    this.#rollback = sqlite.prepare('ROLLBACK');
    this.#mark = sqlite.prepare('SAVEPOINT job');
    this.#release = sqlite.prepare('RELEASE job');
    this.#undo = sqlite.prepare('ROLLBACK TO job');
  }

  write<Result>(job: () => Result, onCommit?: (result: Result) => void): Promise<Result> {
    if (this.#closed)
      return Promise.reject(new PolyphonError('STO7002', 'The store is closed. Ask again when the process is up.'));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    let result: Result;
    this.#queue.push({
      run: () => {
        result = job();
      },
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
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    }
    return promise;
  }

  /** Commits what is queued now. */
  flush(): void {
    this.#scheduled = false;
    const jobs = this.#queue;
    this.#queue = [];
    if (jobs.length === 0) return;
    const done: QueuedJob[] = [];
    try {
      this.#begin.run();
      for (const job of jobs) this.#runOne(job, done);
      this.#commit.run();
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#rollback.run();
      const failure = asWriteFailure(error);
      this.failing = true;
      for (const job of jobs) job.failed(failure);
      return;
    }
    for (const job of done) job.committed();
  }

  close(): void {
    this.flush();
    this.#closed = true;
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

function asWriteFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (isDamage(error)) return damaged('Store', error);
  if (!code.startsWith('SQLITE_') || code.startsWith('SQLITE_CONSTRAINT')) return error;
  return new PolyphonError(
    'STO7002',
    `The store could not write (${code}). Nothing was kept. Send it again in a moment.`,
    {
      cause: error,
      retryAfterMs: 1000,
    },
  );
}
