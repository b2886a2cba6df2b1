import { isTrouble } from '../../store/store-trouble.ts';

/** The store does not write, the bot does not serve, or a plugin does not open. A bot or a channel that is gone is none of them. */
const codes: ReadonlySet<string> = new Set(['STO7002', 'TEN2102', 'PLG2006']);

/** Whether what a turn ended with has nothing to do with the turn, and passes; else it would only end so again. */
export function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // A read of the store throws what SQLite gives.
  return codes.has(code) || isTrouble(error);
}
