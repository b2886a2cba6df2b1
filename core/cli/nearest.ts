import { closest, distance } from 'fastest-levenshtein';

/** The word that was probably meant; undefined when none is close: a third of the letters may differ, and one always. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const candidate = closest(word.toLowerCase(), [...words]);
  const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
  return distance(word.toLowerCase(), candidate) <= allowed ? candidate : undefined;
}
