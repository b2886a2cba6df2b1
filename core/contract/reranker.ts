/** Reads a question and a passage together and says how well the one answers the other. `retrieval.rerank` names one; a bot needs none. */
export interface Reranker {
  /** For messages: model and host, as in `jina-reranker-v2-base-multilingual at api.jina.ai`. */
  readonly id: string;
  /**
   * Told where the scores mean the same for every question: passages below it are not used, and a question with none is answered
   * with `unknown`. Without it the scores give the order alone, and what is unknown is decided by those of the retrieval.
   */
  readonly minScore?: number;
  /**
   * Scores of the passages, in any order; higher is better. One that is left out stands behind all others. `passages` are texts with
   * their titles before them, best first. Core sets the deadline, and goes on without when it throws.
   */
  rerank(question: string, passages: readonly string[], signal: AbortSignal): Promise<readonly RerankScore[]>;
}

export interface RerankScore {
  /** In `passages`; 0 is the first. */
  readonly index: number;
  readonly score: number;
}
