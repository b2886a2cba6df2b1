import type { QuestionWord } from './terms.ts';

const rightToLeft = /[\u0590-\u06ff]/;

/** One word of a question, as the text of a passage is looked through for it. */
export interface SoughtWord {
  readonly weight: number;
  /** How much it counts, of 1, that a passage holds it. */
  readonly share: number;
  /** What stands where the word does, or another word for the same. */
  readonly stems: readonly string[];
  readonly kin: readonly string[];
  readonly grams: readonly string[];
  /** Of its parts, those that no word before it has; none of a word that only asks. */
  readonly parts: readonly { readonly part: string; readonly weight: number }[];
}

/** A question, made ready once for all the passages that are looked through for it. */
export interface Sought {
  readonly words: readonly SoughtWord[];
  readonly weight: number;
  readonly partsWeight: number;
}

/** @param weightOfPart how heavy a word part is. */
export function soughtOf(
  words: readonly { readonly word: QuestionWord; readonly weight: number }[],
  weightOfPart: (part: string) => number,
): Sought {
  const seen = new Set<string>();
  const sought = words.map(({ word: { role, share, stems, kin, grams }, weight }) => {
    const own = role === 'asking' ? [] : grams.filter((part) => !seen.has(part));
    for (const part of own) seen.add(part);
    return {
      weight,
      share,
      stems: stems.map(asBegun),
      kin: kin.map(asBegun),
      grams,
      parts: own.map((part) => ({ part, weight: weightOfPart(part) })),
    };
  });
  return {
    words: sought,
    weight: words.reduce((sum, { weight }) => sum + weight, 0),
    partsWeight: sought.flatMap(({ parts }) => parts).reduce((sum, { weight }) => sum + weight, 0),
  };
}

/** Where a word begins with the stem. Hebrew and Arabic write small words together with the next: there one may begin before it. */
function asBegun(stem: string): string {
  return rightToLeft.test(stem) ? stem : `_${stem}`;
}
