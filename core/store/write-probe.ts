import type { Clock, Logger } from '../contract/index.ts';
import type { Connection } from './connection.ts';
import type { GroupCommit } from './group-commit.ts';

/** Anybody may ask whether the process is ready, and each answer costs a sync of the disk. */
const freshMs = 1000;
/** Where one page fits, a message may not: after a failure there must be room for 64 kB. */
const pagesAfterFailure = 16;

/**
 * `ok`, or why nothing can be written. Only a write tells: on a full disk an empty transaction succeeds. Writing the version that
 * the file has anyway puts its first page into the log, and changes nothing.
 */
export function createWriteProbe(
  { sqlite }: Connection,
  commits: GroupCommit,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): () => Promise<string> {
  let last: { readonly atMs: number; readonly state: Promise<string> } | undefined;

  const writePage = (): void => {
    sqlite.pragma(`user_version = ${Number(sqlite.pragma('user_version', { simple: true }))}`);
  };
  async function probe(): Promise<string> {
    try {
      for (let page = commits.failing ? pagesAfterFailure : 1; page > 0; page -= 1) await commits.write(writePage);
      commits.failing = false;
      return 'ok';
    } catch (error) {
      log.warn('the store does not take writes', { error });
      return error instanceof Error ? error.message : 'The store does not take writes.';
    }
  }

  return () => {
    const nowMs = clock.monotonicMs();
    if (last === undefined || nowMs - last.atMs >= freshMs) last = { atMs: nowMs, state: probe() };
    return last.state;
  };
}
