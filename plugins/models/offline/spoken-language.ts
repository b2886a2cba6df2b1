import { phrasebooks, primaryTag } from './phrases/phrasebooks.ts';
import { bothSpellings, fold, wordSet, wordsOf } from './words.ts';

/** A language is surely another one when it has so many more small words of a text. */
const clearlyMore = 2;

const tags = Object.keys(phrasebooks);
/** Who writes in a language without a phrasebook is read with the English one. */
const english = tags.indexOf('en');
let smallWords: ReadonlyMap<string, readonly number[]> | undefined;

/** The language of a text by its small words, where they are clearly of another one than `language`, as which it came. */
export function spokenLanguage(text: string, language: string): string {
  smallWords ??= indexSmallWords();
  const counts = new Uint16Array(tags.length);
  for (const { lower } of wordsOf(fold(text)))
    for (const at of smallWords.get(lower) ?? none) counts[at] = (counts[at] ?? 0) + 1;
  const own = tags.indexOf(primaryTag(language));
  const known = counts[own === -1 ? english : own] ?? 0;
  const most = Math.max(...counts);
  return most >= known + clearlyMore && most > 2 * known ? (tags[counts.indexOf(most)] ?? language) : language;
}

const none: readonly number[] = [];

/** The languages in which a word is small, so that a text is gone through once and not once a language. */
function indexSmallWords(): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const [at, tag] of tags.entries()) {
    const list = phrasebooks[tag]?.stopWords ?? '';
    for (const word of wordSet(tag === 'de' ? bothSpellings(list, ' ') : list)) {
      const known = index.get(word);
      if (known === undefined) index.set(word, [at]);
      else known.push(at);
    }
  }
  return index;
}
