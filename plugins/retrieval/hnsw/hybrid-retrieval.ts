import type { Corpus, Embedding, Logger, Passage, Retrieval, RetrievalQuery } from 'polyphon/plugin';
import { exactFirst } from './exact-question.ts';
import { fallingScores } from './falling-scores.ts';
import type { IndexKeeper } from './index-keeper.ts';
import { type Picked, pick } from './pick.ts';
import { type Candidate, type Ranked, rank } from './rank.ts';
import type { VectorIndex } from './vector-index.ts';

export interface RetrievalConfig {
  readonly topK: number;
  readonly minScore: number;
  readonly hybrid: boolean;
  readonly vectorWeight: number;
}

/** Taken from each search before they are joined; more where what is left out (a footer of a thousand pages) leaves places empty. */
const candidatesEach = 50;
const widerBy = 4;
const candidatesMost = 800;
/** A longer question says no more. */
const longestQuestion = 2000;

export class HybridRetrieval implements Retrieval {
  readonly #config: RetrievalConfig;
  readonly #corpus: Corpus;
  readonly #embedding: Embedding;
  readonly #keeper: IndexKeeper;
  readonly #log: Logger;
  #chunks: number;

  constructor(options: {
    readonly config: RetrievalConfig;
    readonly corpus: Corpus;
    readonly embedding: Embedding;
    readonly keeper: IndexKeeper;
    readonly log: Logger;
    /** How many there are at the start; kept up with each question. */
    readonly chunks: number;
  }) {
    this.#config = options.config;
    this.#corpus = options.corpus;
    this.#embedding = options.embedding;
    this.#keeper = options.keeper;
    this.#log = options.log;
    this.#chunks = options.chunks;
  }

  async search(query: RetrievalQuery, signal: AbortSignal): Promise<readonly Passage[]> {
    const text = query.text.slice(0, longestQuestion).trim();
    this.#chunks = await this.#corpus.count(signal);
    if (text === '' || this.#chunks === 0) return [];
    const { topK, minScore, vectorWeight, hybrid } = this.#config;
    const limit = query.limit ?? topK;
    for (let each = candidatesEach; ; each *= widerBy) {
      const candidates = await this.#candidates(text, query.language, each, signal);
      if (candidates.length === 0) return [];
      const ranked = rank(candidates, hybrid ? vectorWeight : 1);
      const good = fallingScores(await exactFirst(text, ranked, this.#corpus, signal)).filter(
        ({ score }) => query.below === 'keep' || score >= minScore,
      );
      const picked = await pick(good, { limit, ...(query.where && { where: query.where }) }, this.#corpus, signal);
      const full = picked.passages.length >= limit || picked.left === 'none';
      // Below one that is not good enough there is none that is.
      const bottom = candidates.length < each || good.length < ranked.length || each >= candidatesMost;
      if (full || bottom) return picked.passages.map(([passage, ranks]) => passageOf(passage, ranks));
    }
  }

  get defaults() {
    return { limit: this.#config.topK, minScore: this.#config.minScore };
  }

  async sync(signal: AbortSignal): Promise<void> {
    this.#chunks = await this.#corpus.count(signal);
    if (this.#keeper.index !== undefined) await this.#keeper.refresh(signal);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#keeper.whole(signal);
  }

  status() {
    const index = this.#keeper.index;
    return { engine: index?.engine ?? ('lexical' as const), chunks: this.#chunks, bytes: index?.bytes ?? 0 };
  }

  async #candidates(
    text: string,
    language: string | undefined,
    each: number,
    signal: AbortSignal,
  ): Promise<readonly Candidate[]> {
    const { index, vector } = await this.#vectors(text, signal);
    const near = index === undefined || vector === undefined ? [] : index.nearest(vector, each);
    // Words are asked for in any case: how much of the question a passage covers is part of its score.
    const hits = await this.#corpus.lexical(
      {
        text,
        limit: this.#config.hybrid || index === undefined ? each : 1,
        also: near.map(({ label }) => label),
        ...(language === undefined ? {} : { language }),
      },
      signal,
    );
    const known = new Map(near.map(({ label, cosine }) => [label, cosine]));
    if (vector !== undefined && index?.similarity === undefined) {
      const others = hits.filter(({ label }) => !known.has(label));
      await this.#compare(vector, others, known, signal);
    }
    return hits.map(({ label, rank: bm25, coverage, focus, evidence }) => {
      const cosine = known.get(label) ?? (vector === undefined ? undefined : index?.similarity?.(vector, label));
      const near = focus === undefined ? {} : { focus };
      return { label, lexical: -bm25, coverage, evidence, ...near, ...(cosine === undefined ? {} : { cosine }) };
    });
  }

  /** With the stored vectors of what the words have found. */
  async #compare(
    vector: Float32Array,
    hits: readonly { readonly label: number }[],
    into: Map<number, number>,
    signal: AbortSignal,
  ): Promise<void> {
    const labels = hits.map(({ label }) => label);
    for await (const stored of this.#corpus.vectorsOf(this.#embedding.id, labels, signal)) {
      into.set(stored.label, dot(stored.vector, vector));
    }
  }

  /** A remote embedding that does not answer, or an index that cannot be opened, leaves the search by words. */
  async #vectors(
    text: string,
    signal: AbortSignal,
  ): Promise<{ readonly index?: VectorIndex | undefined; readonly vector?: Float32Array | undefined }> {
    try {
      // Where there is no vector, no index is loaded for it.
      const [vector] = await this.#embedding.embed([text], 'query', signal);
      return { index: await this.#keeper.current(signal), vector };
    } catch (error) {
      signal.throwIfAborted();
      this.#log.warn('the search by vectors failed, the search by words answers', { error });
      return {};
    }
  }
}

function passageOf({ label, ...passage }: Picked['passages'][number][0], ranked: Ranked): Passage {
  const scores = {
    fused: round(ranked.fused),
    lexical: round(ranked.lexical),
    ...(ranked.cosine === undefined ? {} : { vector: round(ranked.cosine) }),
  };
  return { ...passage, score: round(ranked.score), scores };
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
