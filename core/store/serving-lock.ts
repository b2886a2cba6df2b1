import { mkdirSync } from 'node:fs';
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
    sqlite = new BetterSqlite3(join(dataDirectory, 'serving.lock'), { timeout: 0 });
    sqlite.exec('BEGIN EXCLUSIVE');
    const held = sqlite;
    return { [Symbol.dispose]: () => void held.close() };
  } catch (cause) {
    sqlite?.close();
    if ((cause as { readonly code?: unknown }).code === 'SQLITE_BUSY') {
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
