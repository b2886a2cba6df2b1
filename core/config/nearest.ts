import { closest, distance } from 'fastest-levenshtein';

/** The candidate that was likely meant, whatever its case; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const folded = candidates.find((candidate) => candidate.toLowerCase() === lower);
  if (folded !== undefined || candidates.length === 0 || word.length > 200) return folded;
  const best = closest(
    lower,
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const found = candidates.find((candidate) => candidate.toLowerCase() === best);
  if (found === undefined) return undefined;
  const allowed = Math.max(1, Math.floor(Math.max(word.length, found.length) * 0.4));
  return distance(lower, best) <= allowed ? found : undefined;
}
