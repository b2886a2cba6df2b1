import { type Clock, type Logger, type Passage, PolyphonError, type Reranker } from '../contract/index.ts';
import { indexedText } from './chunk-terms.ts';
import { RestAfterFailures } from './rest-after-failures.ts';
import { untilAborted } from './until-aborted.ts';

/** A longer question says no more. */
const longestQuestion = 2000;

/** `resting`: not asked, because it has failed before. */
export type RerankOutcome = 'ok' | 'failed' | 'timeout' | 'resting';

export interface RerankingOptions {
  /** How many of the best passages are judged. */
  readonly candidates: number;
  readonly timeoutMs: number;
  /** Opens the reranker on its first use. */
  readonly open: () => Promise<Reranker>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEnd: (outcome: RerankOutcome, elapsedMs: number) => void;
}

export interface Judgement {
  /** In the new order; what was not judged stands behind. */
  readonly order: readonly Passage[];
  /** Set where the scores are the reranker's own, and mean something. */
  readonly minScore?: number;
}

/** A bot's reranker as its searches use it: with a deadline, a rest after failures, and an answer that can be relied on. */
export class Reranking {
  readonly candidates: number;
  readonly #options: RerankingOptions;
  readonly #rest: RestAfterFailures;

  constructor(options: RerankingOptions) {
    this.candidates = options.candidates;
    this.#options = options;
    this.#rest = new RestAfterFailures(options.clock);
  }

  /**
   * Undefined where the order of the search serves: the reranker failed, was late or rests, or the search finds nothing good enough
   * (`unknown`) and the scores of the reranker cannot say otherwise.
   * @throws the signal's reason.
   */
  async judge(
    question: string,
    found: readonly Passage[],
    bySearch: 'known' | 'unknown',
    signal: AbortSignal,
  ): Promise<Judgement | undefined> {
    if (found.length === 0) return undefined;
    const { clock, log, open, onEnd, timeoutMs } = this.#options;
    const startMs = clock.monotonicMs();
    if (this.#rest.resting) {
      onEnd('resting', 0);
      return undefined;
    }
    using deadline = clock.deadline(timeoutMs, signal);
    try {
      const reranker = await untilAborted(open(), deadline.signal);
      if (bySearch === 'unknown' && reranker.minScore === undefined) return undefined;
      const asked = found.slice(0, this.candidates);
      const texts = asked.map(({ title, headings, text }) => indexedText(title, headings, text));
      const told = await untilAborted(
        reranker.rerank(question.slice(0, longestQuestion), texts, deadline.signal),
        deadline.signal,
      );
      const scores = checked(told, asked.length, reranker.id);
      this.#rest.succeeded();
      onEnd('ok', clock.monotonicMs() - startMs);
      return judgementOf(found, scores, reranker.minScore);
    } catch (error) {
      signal.throwIfAborted();
      const outcome = deadline.signal.aborted ? 'timeout' : 'failed';
      const restMs = this.#rest.failed();
      log.warn('the reranker gave no order, that of the search serves', {
        outcome,
        ...(error instanceof PolyphonError ? { code: error.code } : {}),
        ...(outcome === 'timeout' ? { timeoutMs } : { error }),
        ...(restMs === undefined ? {} : { restMs }),
      });
      onEnd(outcome, clock.monotonicMs() - startMs);
      return undefined;
    }
  }
}

function judgementOf(
  found: readonly Passage[],
  scores: ReadonlyMap<number, number>,
  minScore: number | undefined,
): Judgement {
  const judged = [...scores]
    .sort(([one, high], [other, low]) => low - high || one - other)
    .flatMap(([index, score]): readonly Passage[] => {
      const passage = found[index];
      if (passage === undefined) return [];
      const { scores: parts, ...rest } = passage;
      const own = minScore === undefined ? passage.score : Math.min(1, Math.max(0, score));
      return [{ ...rest, score: own, scores: { ...parts, rerank: score } }];
    });
  const others = found.filter((_, index) => !scores.has(index));
  if (minScore === undefined) return { order: [...judged, ...others] };
  return { order: [...judged, ...others.map((passage) => ({ ...passage, score: 0 }))], minScore };
}

/** By index. A service may leave some out, but not name what it was not given. */
function checked(
  told: readonly { readonly index: number; readonly score: number }[],
  count: number,
  id: string,
): ReadonlyMap<number, number> {
  const scores = new Map<number, number>();
  for (const { index, score } of told) {
    if (!Number.isInteger(index) || index < 0 || index >= count || !Number.isFinite(score) || scores.has(index)) {
      throw new PolyphonError(
        'RNK8304',
        `Reranker ${id}: its answer does not name each passage once with a number. Check the address and \`format\`.`,
      );
    }
    scores.set(index, score);
  }
  if (scores.size === 0)
    throw new PolyphonError('RNK8304', `Reranker ${id}: its answer holds no scores. Check the address and \`format\`.`);
  return scores;
}
