import type { Random } from '../../contract/index.ts';

const firstPauseMs = 1000;
const longestPauseMs = 5 * 60_000;

/** Full jitter, so that many conversations that failed together do not come back together; never before we were told to. */
export function retryPause(random: Random, attempts: number, atLeastMs: number): number {
  const most = Math.min(longestPauseMs, firstPauseMs * 2 ** attempts);
  return atLeastMs + Math.floor(random.next() * most);
}
