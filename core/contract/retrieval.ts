/** Finds the passages that answer. */
export interface Retrieval {
  /** What a search gets that says no `limit` and no `below`. Where it is told, core looks further for diversity and for a reranker. */
  readonly defaults?: { readonly limit: number; readonly minScore: number };
  /** Best first, none below the configured `minScore`. An empty index gives an empty list. */
  search(query: RetrievalQuery, signal: AbortSignal): Promise<readonly Passage[]>;
  /** Brings the index up to the corpus; called after each ingest. Cheap when nothing changed. */
  sync(signal: AbortSignal): Promise<void>;
  /**
   * Loads the index and resolves when it holds the whole corpus. Called before this retrieval takes the place of one that serves with
   * another embedding; if it rejects, that one goes on and this is tried again later. Without it the first questions may find less.
   */
  prepare?(signal: AbortSignal): Promise<void>;
  /** What serves now, for `doctor`, metrics and the playground. */
  status(): { readonly engine: 'hnsw' | 'exact' | 'lexical'; readonly chunks: number; readonly bytes: number };
}

export interface RetrievalQuery {
  readonly text: string;
  /** The person's own words, where `text` was made of them for the search. */
  readonly asked?: string;
  readonly language?: string;
  /** The bot's configured `topK` unless told. */
  readonly limit?: number;
  /** Keeps passages under `minScore`, for `polyphon search`. */
  readonly below?: 'keep';
  /** Only these: keys in `knowledge:`, and primary language tags; what is in no language is in all. The bot's filters unless told. */
  readonly where?: { readonly sources?: readonly string[]; readonly languages?: readonly string[] };
}

export interface Passage {
  readonly chunk: string;
  readonly document: string;
  /** The key in `knowledge:`. */
  readonly source: string;
  readonly title: string;
  /** Headings above the passage, outermost first. */
  readonly headings: readonly string[];
  readonly text: string;
  /** 0 to 1: how likely it is that the passage is about what is asked. */
  readonly score: number;
  readonly scores: {
    readonly vector?: number;
    readonly lexical?: number;
    readonly fused: number;
    /** What the reranker gave, on its own scale; absent where none was asked. */
    readonly rerank?: number;
  };
  readonly language?: string;
  readonly url?: string;
  readonly page?: number;
  readonly row?: number;
}

export interface RetrievalGrants {
  readonly corpus: Corpus;
  /** A folder of this tenant for files that can be rebuilt. */
  readonly cacheDirectory: string;
  /** Reports the bytes an open index holds; `release` is called, and must free them, when the limit asks for it. */
  readonly memory: { hold(bytes: number, release: () => void): Disposable & { touch(): void } };
}

/** The tenant's chunks: the truth from which an index can be rebuilt. */
export interface Corpus {
  /** Increases with each change. */
  revision(signal: AbortSignal): Promise<number>;
  count(signal: AbortSignal): Promise<number>;
  /** All vectors made by the embedding with this id, in label order. */
  vectors(
    embeddingId: string,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly label: number; readonly vector: Float32Array }>;
  /** Labels of the chunks with a vector of this embedding, in order; those given later are greater. */
  labels(embeddingId: string, signal: AbortSignal): Promise<readonly number[]>;
  /** The vectors of some chunks, in the order of `labels`; one that is gone is left out. */
  vectorsOf(
    embeddingId: string,
    labels: readonly number[],
    signal: AbortSignal,
  ): AsyncIterable<{ readonly label: number; readonly vector: Float32Array }>;
  /**
   * Candidates by words and word parts, best first, in the order of their BM25 `rank` (smaller is better). `coverage` (0 to 1) is the
   * share of the question's words that the chunk holds, each weighted by its rarity in this corpus; `focus` (0 to 1) is the share
   * that stands together in one place of it, told of the best dozen. `evidence` (0 to 1) is how likely it is by words and word parts that
   * the chunk answers; 0.35 parts answerable questions from others, in every language. The labels in `also` are reported too, wherever they rank; one
   * without any word in common has rank 0.
   */
  lexical(
    query: {
      readonly text: string;
      readonly language?: string;
      readonly limit: number;
      readonly also?: readonly number[];
    },
    signal: AbortSignal,
  ): Promise<
    readonly {
      readonly label: number;
      readonly rank: number;
      readonly coverage: number;
      readonly focus?: number;
      readonly evidence: number;
    }[]
  >;
  /** In the order of `labels`; a label that is gone is left out. */
  passages(
    labels: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly (Omit<Passage, 'score' | 'scores'> & { readonly label: number })[]>;
}
