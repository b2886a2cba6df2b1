import type { Citation, Passage } from '../../contract/index.ts';
import type { Answer } from './model-answer.ts';
import { quoteOf } from './quote.ts';

/** The passages an answer cites, each with the sentences that carry what was said of it. */
export function citationsOf(
  { cited, statements, text }: Pick<Answer, 'cited' | 'statements' | 'text'>,
  passages: readonly Passage[],
  question: string,
): readonly Citation[] {
  return cited.flatMap((number): readonly Citation[] => {
    const passage = passages[number - 1];
    if (passage === undefined) return [];
    const said = statements.get(number) ?? [];
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
        // A mark before the first word stands for all of them.
        quote: quoteOf(passage, { statements: said.length === 0 ? [text] : said, question }),
      },
    ];
  });
}
