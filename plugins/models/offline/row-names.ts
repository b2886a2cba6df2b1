import { type Question, typeOf } from './question.ts';
import type { Reading } from './reading.ts';

/** Nothing of what is asked stands in the name of the row: any other row would do as well. */
export function isUnnamed({ terms, wants }: Question, { sentence, lexicon, found }: Reading): boolean {
  if (sentence.kind !== 'row' || wants === 'several') return false;
  return terms.every(({ role, surface }, index) => {
    const { inside, position } = found[index] ?? { inside: 0, position: -1 };
    // "Opening hours" head a column, and are no name.
    const isFact = role === 'cue' || typeOf(surface, lexicon) !== undefined;
    return isFact || inside < 0.5 || position >= nameWords;
  });
}

/** How something is done is not told by a row that mentions it beside its price. */
export function isPriceTag(question: Question, reading: Reading): boolean {
  const asksDeed = question.terms.every(({ folded }) => reading.lexicon.deeds.has(folded));
  return asksDeed && question.type === undefined && isUnnamed(question, reading);
}

/** The words at the beginning of a row, in which the thing is named. */
const nameWords = 7;

/** Of "the dental practice", another practice has the noun and not what stands beside it, which no document has. */
export function isAnother(
  { terms }: Question,
  { sentence, lexicon, found }: Reading,
  unheard: readonly boolean[],
): boolean {
  if (sentence.kind !== 'row') return false;
  return terms.some((term, index) => {
    if (unheard[index] !== true || term.role === 'cue' || term.neighbours !== undefined) return false;
    // An adjective follows its noun in some languages; elsewhere it stands before.
    const before = ['fr', 'es', 'it', 'pt', 'he'].includes(lexicon.language);
    return terms.some((noun, at) => {
      const position = found[at]?.position ?? -1;
      const isName = /^\p{Lu}/u.test(noun.surface) && lexicon.language !== 'de';
      return (
        noun.place === term.place + (before ? -1 : 1) &&
        noun.role === 'topic' &&
        noun.neighbours === undefined &&
        !isName &&
        (found[at]?.inside ?? 0) >= 0.7 &&
        position >= 0 &&
        position < nameWords
      );
    });
  });
}
