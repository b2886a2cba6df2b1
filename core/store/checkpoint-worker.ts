import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';
import type { LogState } from './checkpoints.ts';

/** What is written meanwhile is copied too, so that little is left for the pause in which the log begins anew. */
const passes = 3;

// Waits for nobody: the connection that writes must never wait for this one.
const sqlite = new BetterSqlite3(String(workerData), { fileMustExist: true, timeout: 0 });
// Syncs the log before it copies and the database afterwards, as FULL does.
sqlite.pragma('synchronous = NORMAL');

parentPort?.on('message', (order: 'copy' | 'end') => {
  if (order === 'end') {
    sqlite.close();
    parentPort?.close();
    return;
  }
  let found: LogState = { log: -1, checkpointed: -1 };
  for (let pass = 0; pass < passes; pass += 1) {
    [found = found] = sqlite.pragma('wal_checkpoint(PASSIVE)') as readonly LogState[];
    if (found.log === found.checkpointed) break;
  }
  parentPort?.postMessage(found);
});
