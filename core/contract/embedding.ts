import type { Money } from './bot.ts';

/** Text to vectors of unit length. */
export interface Embedding {
  /** Changes whenever the vectors would: model, version and dimensions. Stored beside each vector. */
  readonly id: string;
  readonly dimensions: number;
  /** Of a million tokens, where the entry says it: what `ingest --dry-run` reckons with. */
  readonly price?: Money;
  /** One vector a text, in order. Inputs over the model's limit are cut by the plugin. */
  embed(texts: readonly string[], purpose: 'passage' | 'query', signal: AbortSignal): Promise<readonly Float32Array[]>;
}
