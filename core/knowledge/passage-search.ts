import type { Passage, Retrieval, RetrievalQuery } from '../contract/index.ts';
import { diverse } from './diverse.ts';
import type { Reranking } from './reranking.ts';
import { withSearch } from './with-search.ts';

/** Looked at for other documents, in multiples of what is asked for: about as many as are read at once anyway. */
const lookedAt = 3;

export interface SearchRules {
  /** See ResolvedBot.retrieval. */
  readonly perDocument: number;
  /** Where a question is searched that does not say it itself; absent where everywhere. */
  readonly where?: ((query: RetrievalQuery) => RetrievalQuery['where']) | undefined;
  /** Absent where the bot has no reranker. */
  readonly reranking?: Reranking | undefined;
}

/** The retrieval of a plugin as turns, `search` and `eval` see it: in the order of a reranker, if the bot has one, and diverse. */
export function passageSearch(retrieval: Retrieval, { perDocument, reranking, ...rules }: SearchRules): Retrieval {
  const { defaults } = retrieval;
  return withSearch(retrieval, async (query, signal) => {
    const where = query.where ?? rules.where?.(query);
    // What is in none of the sources is nowhere, and looking for it would go through all of them.
    if (where?.sources?.length === 0) return [];
    const limit = query.limit ?? defaults?.limit;
    const wide = limit === undefined ? 0 : limit > perDocument ? lookedAt * limit : limit;
    const asked: RetrievalQuery = {
      ...query,
      ...(where === undefined ? {} : { where }),
      ...(limit === undefined ? {} : { limit: Math.max(wide, reranking?.candidates ?? 0) }),
      // Also what the search thinks little of: a better judge may think otherwise.
      ...(reranking === undefined || defaults === undefined ? {} : { below: 'keep' as const }),
    };
    const found = await retrieval.search(asked, signal);
    const least = query.below === 'keep' ? 0 : (defaults?.minScore ?? 0);
    const ranked = reranking === undefined ? found : await reranked(query, found, { reranking, least }, signal);
    return diverse(ranked, { limit: limit ?? found.length, perDocument });
  });
}

async function reranked(
  query: RetrievalQuery,
  found: readonly Passage[],
  { reranking, least }: { readonly reranking: Reranking; readonly least: number },
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const good = found.filter(({ score }) => score >= least);
  const judgement = await reranking.judge(questionOf(query), found, good.length === 0 ? 'unknown' : 'known', signal);
  if (judgement === undefined) return good;
  const { order, minScore } = judgement;
  if (minScore !== undefined) return order.filter(({ score }) => query.below === 'keep' || score >= minScore);
  return falling(order).filter(({ score }) => score >= least);
}

/** A sentence is judged better than the words that were taken from it; what the search added from before belongs to it. */
function questionOf({ text, asked = text }: RetrievalQuery): string {
  const words = new Set(wordsOf(asked));
  return wordsOf(text).every((word) => words.has(word)) ? asked : `${asked} ${text}`;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/**
 * The order is the judge of what stands first, and the score of the search of whether anything answers: a passage counts for no less
 * than any that it stands before. So the best score, by which a question is known or unknown, stays as it is.
 */
function falling(ranked: readonly Passage[]): readonly Passage[] {
  let best = 0;
  return ranked
    .toReversed()
    .map((passage) => {
      best = Math.max(best, passage.score);
      return { ...passage, score: best };
    })
    .reverse();
}
