/** A document as `documents` tells of it. */
export interface DocumentState {
  /** The key in `knowledge:`. */
  readonly source: string;
  readonly document: string;
  readonly title: string;
  readonly mediaType: string;
  readonly url?: string;
  readonly state: 'ready' | 'failed';
  readonly chunks: number;
  /** Why it failed; its last good chunks are gone, because they no longer say what the document says. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

/** What tells whether a document must be read again. */
export interface StoredDocument extends DocumentState {
  readonly version: string;
  readonly contentHash: string;
  readonly fingerprint: string;
}

export interface NewChunk {
  readonly ordinal: number;
  readonly text: string;
  readonly headings: readonly string[];
  readonly language: string;
  readonly page?: number;
  readonly row?: number;
  readonly vector: Float32Array;
  /** How many terms it has. */
  readonly words: number;
  readonly grams: number;
}

/** What some chunks are found by, each term once; packed, because a thread hands strings over slowly. */
export interface PackedTerms {
  /** With the letter that tells words (`w`) and grams (`g`) apart. */
  readonly terms: readonly string[];
  /** Threes: position of the term, position of the chunk, how often. */
  readonly entries: Uint32Array;
}

export interface StoredChunk {
  readonly label: number;
  readonly source: string;
  readonly document: string;
  readonly ordinal: number;
  readonly title: string;
  readonly url?: string;
  readonly text: string;
  readonly headings: readonly string[];
  readonly language?: string;
  readonly page?: number;
  readonly row?: number;
}

export interface CorpusFigures {
  readonly revision: number;
  readonly chunks: number;
  readonly words: number;
  readonly grams: number;
  readonly languages: readonly string[];
}
