import type { Citation, Passage } from '../../contract/index.ts';
import { splitSentences } from '../../knowledge/sentences.ts';

const maxQuote = 300;

/** The passages an answer cites, each with the sentence that carries it. */
export function citationsOf(
  cited: readonly number[],
  passages: readonly Passage[],
  answer: string,
): readonly Citation[] {
  const words = wordsOf(answer);
  return cited.flatMap((number): readonly Citation[] => {
    const passage = passages[number - 1];
    if (passage === undefined) return [];
    return [
      {
        source: passage.source,
        document: passage.document,
        chunk: passage.chunk,
        score: passage.score,
        title: passage.title,
        ...(passage.url === undefined ? {} : { url: passage.url }),
        ...(passage.page === undefined ? {} : { page: passage.page }),
        ...(passage.row === undefined ? {} : { row: passage.row }),
        quote: quoteOf(passage, words),
      },
    ];
  });
}

/** From the sentence that shares most words with the answer on. */
function quoteOf(passage: Passage, answerWords: ReadonlySet<string>): string {
  const text = passage.text.trim();
  if (text.length <= maxQuote) return text;
  const sentences = splitSentences(text, passage.language ?? 'en');
  let best = 0;
  let bestShared = -1;
  for (const [index, sentence] of sentences.entries()) {
    let shared = 0;
    for (const word of wordsOf(sentence)) if (answerWords.has(word)) shared += 1;
    if (shared > bestShared) [best, bestShared] = [index, shared];
  }
  let quote = '';
  for (const sentence of sentences.slice(best)) {
    if (quote !== '' && quote.length + sentence.length > maxQuote) break;
    quote += sentence;
  }
  const trimmed = quote.trim();
  return trimmed.length <= maxQuote ? trimmed : `${trimmed.slice(0, maxQuote - 1).trimEnd()}…`;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
}
