import { codeOf } from './sqlite-code.ts';

/** The disk, the file or another process is in the way (sqlite.org/rescode.html); what else SQLite refuses is a mistake in what it was told. */
const codes = ['BUSY', 'LOCKED', 'FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'NOMEM', 'PROTOCOL', 'PERM'];

/** Whether SQLite may do later what it refused now; extended codes, as `SQLITE_IOERR_WRITE`, included. */
export function isTrouble(error: unknown): boolean {
  const code = codeOf(error);
  return codes.some((one) => code === `SQLITE_${one}` || code.startsWith(`SQLITE_${one}_`));
}
