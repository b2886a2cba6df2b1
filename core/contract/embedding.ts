import type { Money } from './bot.ts';
import type { HttpFailure } from './services.ts';

/** Text to vectors of unit length. Core batches, cuts, waits, checks and names failures by what is said here. */
export interface Embedding {
  /** Changes whenever the vectors would: model, version and dimensions. Stored beside each vector. */
  readonly id: string;
  readonly dimensions: number;
  /** Of a million tokens, where the entry says it: what `ingest --dry-run` reckons with. */
  readonly price?: Money;
  /** For messages: model and host, as in `openai:text-embedding-3-small at api.openai.com`; the id unless told. */
  readonly where?: string;
  /** Kept before `embed` is called; without it all texts come at once, whole. */
  readonly limits?: EmbeddingLimits;
  /**
   * One vector a text, in order; core scales them to unit length. One attempt.
   * @throws EmbeddingFailure, which core names and may wait for; PolyphonError, which is passed on, after waiting where it says
   * `retryAfterMs`; anything else is an answer that cannot be read.
   */
  embed(texts: readonly string[], purpose: 'passage' | 'query', signal: AbortSignal): Promise<readonly Float32Array[]>;
}

export interface EmbeddingLimits {
  /** Texts in one call of `embed`. */
  readonly maxBatch: number;
  /** Of one text; the rest is cut. With limits, an empty text comes as a space: services refuse empty ones. */
  readonly maxCharacters?: number;
}

/** An error with what the wire said, since clients wrap, translate and hide it: `ClientHttp.failure` put on an Error. */
export type EmbeddingFailure = Error & HttpFailure;
