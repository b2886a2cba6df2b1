import { close, closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The write-ahead log of a database file, as far as its durability goes. */
export interface LogFile extends AsyncDisposable {
  /** Resolves when all that was written to the log before the call is on the disk. @throws the disk's error. */
  sync(): Promise<void>;
}

const syncData = promisify(fdatasync);
const closeFile = promisify(close);

/**
 * `synchronous = FULL` makes SQLite sync the log within COMMIT, and the whole process stands still meanwhile: 1 to 10 ms each time. With
 * NORMAL it leaves that to us, so the same call is made on a thread of libuv's and whoever waits for the commit waits for it. What
 * SQLite syncs around a checkpoint it syncs with NORMAL as well (sqlite.org/pragma.html#pragma_synchronous), so nothing is lost with
 * the power that was reported as written. Only this file is opened a second time: closing a second descriptor of the database itself
 * would drop SQLite's locks (sqlite.org/howtocorrupt.html, 2.2), and it holds none on the log.
 */
export function openLogFile(database: string): LogFile {
  // Windows flushes only what was opened for writing.
  const log = openSync(`${database}-wal`, 'r+');
  syncFolder(dirname(database));
  let open = true;
  return {
    sync: async () => {
      // The system gives the number of a closed file to the next that is opened.
      if (!open) throw new Error('the log is closed');
      await syncData(log);
    },
    [Symbol.asyncDispose]: async () => {
      if (!open) return;
      open = false;
      await closeFile(log);
    },
  };
}

/** The log may just have been made: its name has to outlive a power failure too. */
function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch {
    // Windows opens no folders, and writes names by itself.
    return;
  }
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
