import { primaryTag } from './primary-tag.ts';
import { type QuestionWord, questionWords, termsOf } from './terms.ts';

/** Languages that write one word where others write several. */
const compounding = new Set(['de', 'nl', 'sv', 'da', 'no']);
/** Shorter words are no compounds, and shorter parts are endings. */
const shortestCompound = 8;
const shortestPart = 4;
/** Each letter of a word costs two look-ups. */
const longestCompound = 30;
/**
 * Two words beside each other are less than the one they make. On XQuAD de, with .85 a question too many passes for answered; with .7
 * three more of 1,190 find their paragraph first, one less is refused, and as many unanswerable ones are recognised.
 */
const partShare = 0.7;

type Pair = readonly [string, string];

/**
 * Words of a question that the corpus does not hold, taken apart into words that it does: where a document says "Arbeit in Schichten",
 * "Schichtarbeit" is asked for by "Schicht" and "Arbeit". As a whole its letters look more like those of "Nachtarbeit".
 */
export async function splitCompounds(
  words: readonly QuestionWord[],
  languages: readonly string[],
  corpus: {
    holds(word: QuestionWord): boolean;
    /** Of these pairs of stems, those that stand together in some chunk. */
    together(pairs: readonly Pair[]): Promise<ReadonlySet<Pair>>;
  },
): Promise<readonly QuestionWord[]> {
  const language = languages.map((tag) => primaryTag(tag)).find((tag) => compounding.has(tag));
  if (language === undefined) return words;
  const found: QuestionWord[] = [];
  for (const word of words) {
    const parts = mayBeCompound(word) && !corpus.holds(word) ? await partsOf(word.text, language, corpus.together) : [];
    const asked = parts
      .flatMap((part) => questionWords(part, languages))
      .map((part) => ({ ...part, share: partShare }));
    found.push(...(asked.length === 0 ? [word] : asked));
  }
  if (found.length === words.length) return words;
  const seen = new Set<string>();
  return found.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function mayBeCompound({ text, role }: QuestionWord): boolean {
  return (
    role === 'meaning' &&
    text.length >= shortestCompound &&
    text.length <= longestCompound &&
    /^\p{Script=Latin}+$/u.test(text)
  );
}

/** Two parts that are words of the corpus; of several ways the one whose shorter part is longest. Letters between them go with the stem. */
async function partsOf(
  text: string,
  language: string,
  together: (pairs: readonly Pair[]) => Promise<ReadonlySet<Pair>>,
): Promise<readonly string[]> {
  const ways = Array.from({ length: text.length - 2 * shortestPart + 1 }, (_, at) => at + shortestPart).map((at) => {
    const parts = [text.slice(0, at), text.slice(at)] as const;
    const [first, second] = parts;
    return { parts, stems: [stemOf(first, language), stemOf(second, language)] as const };
  });
  const known = await together(ways.map(({ stems }) => stems));
  const shorter = ({ parts: [first, second] }: (typeof ways)[number]) => Math.min(first.length, second.length);
  const [best] = ways.filter(({ stems }) => known.has(stems)).sort((a, b) => shorter(b) - shorter(a));
  return best?.parts ?? [];
}

function stemOf(part: string, language: string): string {
  return termsOf(part, language).words[0] ?? part;
}
