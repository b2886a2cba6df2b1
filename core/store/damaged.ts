import { PolyphonError } from '../contract/index.ts';
import { codeOf } from './sqlite-code.ts';

/** What SQLite says of a file whose pages are not what it wrote. */
export function isDamage(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_CORRUPT');
}

/** `where` names the file, as in `Store data/polyphon.db`. */
export function damaged(where: string, cause: unknown): PolyphonError {
  return new PolyphonError(
    'STO7004',
    `${where}: the file of the database is damaged. Stop Polyphon, keep the file and those beside it that begin with its name, and put the last backup in its place. \`polyphon doctor\` checks the whole file.`,
    { cause },
  );
}
