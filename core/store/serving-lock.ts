import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { PolyphonError } from '../contract/index.ts';

/**
 * Keeps a second process from serving the same data folder: each takes up the messages that it finds unanswered, and people would
 * be answered twice. SQLite's own file lock does it: unlike a file with a process id it ends with the process, however that ends,
 * and holds between containers that share a volume. Commands that only look, or talk in a conversation of their own, need no lock.
 * @throws PolyphonError CLI9003 when another process serves this folder, STO7001 when the folder cannot be written.
 */
export function lockForServing(dataDirectory: string): Disposable {
  let sqlite: BetterSqlite3.Database | undefined;
  try {
    mkdirSync(dataDirectory, { recursive: true });
    sqlite = new BetterSqlite3(lockIn(dataDirectory), { timeout: 0 });
    sqlite.exec('BEGIN EXCLUSIVE');
    const held = sqlite;
    return { [Symbol.dispose]: () => void held.close() };
  } catch (cause) {
    sqlite?.close();
    if (isBusy(cause)) {
      throw new PolyphonError(
        'CLI9003',
        `Another Polyphon is serving from ${dataDirectory}. Two would answer the same messages: stop that one, or name another folder with --data.`,
        { cause },
      );
    }
    const reason = String((cause as { readonly code?: unknown }).code ?? 'no reason is known');
    throw new PolyphonError(
      'STO7001',
      `Data folder ${dataDirectory}: it cannot be made or written (${reason}). Give this user the right to write there, or name another folder with --data.`,
      { cause },
    );
  }
}

/** Whether a process serves from this folder now. Where it cannot be known, none does. A look holds the lock for less than a millisecond. */
export function isServedFrom(dataDirectory: string): boolean {
  const path = lockIn(dataDirectory);
  if (!existsSync(path)) return false;
  let sqlite: BetterSqlite3.Database | undefined;
  try {
    sqlite = new BetterSqlite3(path, { readonly: true, timeout: 0 });
    sqlite.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    sqlite?.close();
  }
}

function lockIn(dataDirectory: string): string {
  return join(dataDirectory, 'serving.lock');
}

function isBusy(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'SQLITE_BUSY';
}
