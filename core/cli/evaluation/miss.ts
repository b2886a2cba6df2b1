import type { EvalResult } from './evaluate.ts';

/** An answer that is not among the first five or is refused, or an unanswerable question that finds a passage. */
export function isMiss({ expected, rank, found }: EvalResult): boolean {
  return expected === 'unknown' ? found === 'yes' : found === 'no' || rank === undefined || rank > 5;
}

/** Of a miss, in a few words. */
export function whyMissed({ expected, found, noSuchDocument }: EvalResult): string {
  if (expected === 'unknown') return 'found something';
  if (noSuchDocument !== undefined) return `no document of the bot is called "${noSuchDocument}"`;
  return found === 'no' ? 'refused' : 'not in five';
}
