import type { Passage, Retrieval, RetrievalQuery } from '../../../core/contract/index.ts';

export const minScore = 0.35;

/** As in `handbook 0.8`: the document and the score; with `#3` it is a row. */
export function passages(...written: readonly string[]): readonly Passage[] {
  return written.map((one, at) => {
    const [name = '', score = '0'] = one.split(' ');
    const [document = '', row] = name.split('#');
    return {
      chunk: `c${at}`,
      document,
      source: 'files',
      title: document,
      headings: ['Chapter'],
      text: `text ${at}`,
      score: Number(score),
      scores: { fused: Number(score) },
      ...(row === undefined ? {} : { row: Number(row) }),
    };
  });
}

export function retrievalOf(all: readonly Passage[]): Retrieval & { readonly queries: RetrievalQuery[] } {
  const queries: RetrievalQuery[] = [];
  return {
    queries,
    defaults: { limit: 5, minScore },
    sync: async () => {},
    status: () => ({ engine: 'exact', chunks: all.length, bytes: 0 }),
    search: async (query) => {
      queries.push(query);
      return all.filter(({ score }) => query.below === 'keep' || score >= minScore).slice(0, query.limit ?? 5);
    },
  };
}

export const named = (found: readonly Passage[]) => found.map(({ chunk }) => chunk);
export const question = { text: 'What is it?' };
