import type { Lexicon } from './lexicon.ts';

/** A stem alone proves little: that of "stationnement" is "station", which is no parking place. */
const sameLength = 0.6;

/** The numbers of the word classes that a word belongs to. */
export function groupsOf(word: string, forms: readonly string[], lexicon: Lexicon): readonly number[] {
  const groups = new Set<number>();
  for (const form of forms) {
    for (const { group, length } of lexicon.groups.get(form) ?? []) {
      if (Math.min(length, word.length) >= sameLength * Math.max(length, word.length)) groups.add(group);
    }
  }
  return [...groups];
}
