import type { Corpus } from 'polyphon/plugin';
import type { Ranked } from './rank.ts';

/** Only a passage that has all of the question's words can stand under the question itself. */
const leastCoverage = 0.95;
const looksAt = 20;
/** Nothing is more certain than an author who wrote this very question above the answer. */
const certainly = 0.99;

/**
 * Passages whose title or heading is the question, word by word, come first: a long text that repeats the words would otherwise stand
 * before the pair of a list of questions and answers. A single word is no question.
 */
export async function exactFirst(
  question: string,
  ranked: readonly Ranked[],
  corpus: Corpus,
  signal: AbortSignal,
): Promise<readonly Ranked[]> {
  const asked = wordsOf(question);
  const able = ranked.filter(({ coverage }) => coverage >= leastCoverage).slice(0, looksAt);
  if (!asked.includes(' ') || able.length === 0) return ranked;
  const passages = await corpus.passages(
    able.map(({ label }) => label),
    signal,
  );
  const exact = new Set(
    passages.flatMap(({ label, title, headings }) =>
      [title, ...headings].some((name) => wordsOf(name) === asked) ? [label] : [],
    ),
  );
  if (exact.size === 0) return ranked;
  const first = ranked.filter(({ label }) => exact.has(label));
  const promoted = first.map((each) => ({ ...each, fused: 1, score: Math.max(each.score, certainly) }));
  return [...promoted, ...ranked.filter(({ label }) => !exact.has(label))];
}

/** Folded words between single spaces. */
export function wordsOf(text: string): string {
  const folded = text.toLowerCase().replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{M}/gu, '');
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
