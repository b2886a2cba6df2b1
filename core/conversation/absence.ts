import { codeOf } from '../store/sqlite-code.ts';
import { isTrouble } from '../store/store-trouble.ts';

const gone: ReadonlySet<string> = new Set(['TEN2101', 'TEN2103']);
/** The store does not write, the bot does not serve, or a plugin does not open. */
const passing: ReadonlySet<string> = new Set(['STO7002', 'TEN2102', 'PLG2006']);

/** Whether the bot, or its channel, is not in the bots folder any more. */
export function isGone(error: unknown): boolean {
  return gone.has(codeOf(error));
}

/** Whether what something ended with has nothing to do with it, and passes; else it would only end so again. */
export function isPassing(error: unknown): boolean {
  // A read of the store throws what SQLite gives.
  return passing.has(codeOf(error)) || isTrouble(error);
}
