import { spaced } from './words.ts';

/** Many phrases by their first words: a text is looked through once, however many there are. */
export type PhraseIndex = ReadonlyMap<string, readonly string[]>;

/** Phrases between `|`. */
export function indexPhrases(list: string): PhraseIndex {
  const index = new Map<string, string[]>();
  for (const phrase of list.split('|').map((each) => spaced(each))) {
    const first = firstWord(phrase, 1);
    if (first === '') continue;
    index.set(
      first,
      [...(index.get(first) ?? []), phrase].toSorted((left, right) => right.length - left.length),
    );
  }
  return index;
}

/** What `spaced` returns without the first of the phrases in it, the longest one; undefined where there is none. */
export function withoutPhrase(inSpaces: string, phrases: PhraseIndex): string | undefined {
  for (let at = 0; at < inSpaces.length - 1; at = inSpaces.indexOf(' ', at + 1)) {
    const found = phrases.get(firstWord(inSpaces, at + 1))?.find((phrase) => inSpaces.startsWith(phrase, at));
    if (found !== undefined) return `${inSpaces.slice(0, at)} ${inSpaces.slice(at + found.length)}`;
  }
  return undefined;
}

function firstWord(inSpaces: string, from: number): string {
  const end = inSpaces.indexOf(' ', from);
  return end === -1 ? '' : inSpaces.slice(from, end);
}
