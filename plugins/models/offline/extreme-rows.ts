import type { Evidence } from './evidence.ts';
import type { Lexicon } from './lexicon.ts';
import type { Sentence } from './sentences.ts';

/** What is compared is named at the beginning of its row; later words only mention it. */
const nameWords = 7;
/** A search that is full of such rows may have left out the one that is meant. The least that a bot searches by default. */
const fullSearch = 5;

const namedPrice = /(?:price|preis|precio|prix|цена|стоимость|מחיר|kosten|cost|coste)[^:;]*:\s*(\d[\d.,]*)/iu;

/** The rows with the lowest or the highest price, most often one; `undefined` where it cannot be told. */
export function extremeRows(
  rows: readonly Evidence[],
  options: {
    readonly extreme: 'least' | 'most';
    readonly passages: number;
    readonly lexiconOf: (sentence: Sentence) => Lexicon;
  },
): readonly Sentence[] | undefined {
  const priced = rows.flatMap(({ sentence, firstMatch }) => {
    const price = priceOf(sentence.text, options.lexiconOf(sentence));
    return price === undefined || firstMatch >= nameWords ? [] : [{ sentence, price }];
  });
  if (priced.length === 0 || (priced.length >= fullSearch && priced.length >= options.passages)) return undefined;
  const prices = priced.map(({ price }) => price);
  const extreme = options.extreme === 'least' ? Math.min(...prices) : Math.max(...prices);
  return priced.filter(({ price }) => price === extreme).map(({ sentence }) => sentence);
}

function priceOf(text: string, lexicon: Lexicon): number | undefined {
  const written = lexicon.book.signs.price?.exec(text)?.[0].match(/\d[\d.,\s]*/)?.[0] ?? namedPrice.exec(text)?.[1];
  return written === undefined ? undefined : numberOf(written.trim());
}

/** "9.400" and "9,400" are thousands, "24,90" and "24.90" are not. */
function numberOf(written: string): number {
  const cents = /[.,](\d{1,2})$/.exec(written)?.[1] ?? '';
  const whole = cents === '' ? written : written.slice(0, -cents.length - 1);
  return Number(`${whole.replace(/\D/g, '')}.${cents || 0}`);
}
