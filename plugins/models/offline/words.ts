const isPlain = /^[ -~\n]*$/;

/** Lower case, no accents, no Hebrew points, one form of each letter. */
export function fold(text: string): string {
  // Most words of most languages have nothing to fold, and this is asked of every word of a turn.
  if (isPlain.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

export interface Word {
  /** As written. */
  readonly surface: string;
  /** In lower case, accents kept. */
  readonly lower: string;
}

const wordPattern = /\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}]+(?:["״]\p{L}(?![\p{L}\p{M}]))?/gu;

/** "9.400" and "11:30" are one word; hyphens and apostrophes part words, and so do letters and digits: "SW-11", "E031", "11kW". */
export function wordsOf(text: string): readonly Word[] {
  return (text.normalize('NFC').match(wordPattern) ?? []).map((surface) => ({ surface, lower: surface.toLowerCase() }));
}

/** "e-bike" and "wi-fi" as they are written in one, with the place of their first part. */
export function joinedWords(text: string): readonly { readonly lower: string; readonly position: number }[] {
  const normal = text.normalize('NFC');
  return Array.from(normal.matchAll(hyphened), (match) => ({
    lower: `${match[1] ?? ''}${match[2] ?? ''}`.toLowerCase(),
    position: wordsOf(normal.slice(0, match.index)).length,
  }));
}

/** A short part before a word: longer ones are words of their own. */
const hyphened = /(?<![\p{L}\p{N}-])(\p{L}{1,3})[-\u2010\u2011](\p{L}{2,})(?![\p{N}-])/gu;

/** The text as folded words between spaces, with one at each end: ` was kostet das `. */
export function spaced(text: string): string {
  return ` ${wordsOf(fold(text))
    .map(({ lower }) => lower)
    .join(' ')} `;
}

/** Matches any of the phrases (between `|`) in what `spaced` returns, the longest first. */
export function phrasePattern(list: string): RegExp {
  const phrases = list
    .split('|')
    .map((phrase) => spaced(phrase).trim())
    .filter((phrase) => phrase !== '')
    .toSorted((left, right) => right.length - left.length);
  return new RegExp(`(?<= )(?:${phrases.join('|')})(?= )`, 'gu');
}

export function wordSet(list: string): ReadonlySet<string> {
  return new Set(
    fold(list)
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
}

/** Who has no umlauts on the keyboard writes "fuer" and "moechte". */
export function bothSpellings(list: string, between: '|' | ' '): string {
  const written = list.replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue');
  return written === list ? list : `${list}${between}${written}`;
}
