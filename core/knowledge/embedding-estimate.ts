import type { Embedding, Money } from '../contract/index.ts';
import type { OpenDocument } from './extract/document-reader.ts';

/** Bytes of UTF-8 in a token: about 4 in English, and scripts with more bytes a letter have fewer letters a token. */
const bytesPerToken = 4;
/** What the beginning and end of a text count. */
const tokensPerText = 2;

/** What embedding documents would cost, by rule of thumb. */
export class EmbeddingEstimate {
  readonly #price: Money | undefined;
  #tokens = 0;

  constructor(embedding: Embedding) {
    this.#price = embedding.price;
  }

  /** Reads the document's texts, where there is a price to reckon with. */
  async add(open: OpenDocument, signal: AbortSignal): Promise<void> {
    if (this.#price === undefined) return;
    for await (const { chunks } of open.pages(signal)) {
      for (const { indexed } of chunks)
        this.#tokens += Math.ceil(Buffer.byteLength(indexed) / bytesPerToken) + tokensPerText;
    }
  }

  get result(): { readonly tokens: number; readonly cost: Money } | undefined {
    if (this.#price === undefined) return undefined;
    const { amount, currency } = this.#price;
    return { tokens: this.#tokens, cost: { amount: (amount * this.#tokens) / 1_000_000, currency } };
  }
}
