import type { Corpus, RetrievalQuery } from 'polyphon/plugin';
import { wordsOf } from './exact-question.ts';
import type { Ranked } from './rank.ts';

type Found = Awaited<ReturnType<Corpus['passages']>>[number];

export interface Picked {
  readonly passages: readonly (readonly [passage: Found, ranked: Ranked])[];
  /** Whether some were left out: then others may be further down. */
  readonly left: 'none' | 'some';
}

/** Read at once: some more than are wanted, because some are left out. */
const readAtOnce = 16;
/** Of this many words on, texts are compared by their words: shorter ones differ by what matters. */
const longEnough = 20;
/** Two texts of which so much is common say the same. */
const alike = 0.9;

/**
 * The best that the query wants, each text once: a footer stands on every page, and a price list in two files. A text that is almost
 * the same is left out too, unless it has other numbers, or is a row of a table, where one word makes the difference.
 */
export async function pick(
  ranked: readonly Ranked[],
  query: { readonly limit: number; readonly where?: RetrievalQuery['where'] },
  corpus: Corpus,
  signal: AbortSignal,
): Promise<Picked> {
  const passages: [Found, Ranked][] = [];
  const texts: Fingerprint[] = [];
  let left: Picked['left'] = 'none';
  for (let start = 0; start < ranked.length && passages.length < query.limit; start += readAtOnce) {
    const page = ranked.slice(start, start + readAtOnce);
    const byLabel = new Map(page.map((each) => [each.label, each]));
    for (const passage of await corpus.passages([...byLabel.keys()], signal)) {
      const each = byLabel.get(passage.label);
      if (each === undefined || passages.length >= query.limit) continue;
      const text = fingerprint(passage);
      if (!isWanted(passage, query.where) || texts.some((other) => sameText(text, other))) {
        left = 'some';
        continue;
      }
      texts.push(text);
      passages.push([passage, each]);
    }
  }
  return { passages, left };
}

function isWanted(passage: Found, where: RetrievalQuery['where']): boolean {
  if (where?.sources !== undefined && !where.sources.includes(passage.source)) return false;
  if (where?.languages === undefined) return true;
  // What has no language (a price, a code) is for everybody.
  return passage.language === undefined || where.languages.includes(primaryTag(passage.language));
}

function primaryTag(language: string): string {
  return language.toLowerCase().split('-')[0] ?? '';
}

interface Fingerprint {
  readonly words: string;
  readonly kinds: ReadonlySet<string>;
  readonly numbers: string;
  readonly row: 'yes' | 'no';
}

/** A short text says little without what it stands under: "Yes." is an answer to many questions. */
function fingerprint({ text, title, headings, row }: Found): Fingerprint {
  const own = wordsOf(text);
  const kinds = new Set(own.split(' '));
  const words = kinds.size >= longEnough ? own : wordsOf([headings.at(-1) ?? title, text].join(' '));
  return {
    words,
    kinds,
    numbers: (text.match(/\p{N}+/gu) ?? []).sort().join(' '),
    row: row === undefined ? 'no' : 'yes',
  };
}

function sameText(one: Fingerprint, other: Fingerprint): boolean {
  if (one.words === other.words) return true;
  if (one.row === 'yes' || other.row === 'yes' || one.numbers !== other.numbers) return false;
  const [few, many] = one.kinds.size <= other.kinds.size ? [one.kinds, other.kinds] : [other.kinds, one.kinds];
  if (few.size < longEnough || few.size < alike * many.size) return false;
  let common = 0;
  for (const word of few) if (many.has(word)) common += 1;
  return common >= alike * many.size;
}
