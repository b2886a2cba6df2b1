import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Embedding, Money } from '../contract/index.ts';
import type { Embeddings } from '../store/embeddings.ts';
import type { StoredChunk } from '../store/knowledge-repository.ts';
import { indexedText } from './chunk-terms.ts';
import type { OpenDocument } from './extract/document-reader.ts';
import { lackingPages } from './lacking-pages.ts';

/** Bytes of UTF-8 in a token: about 4 in English, and scripts with more bytes a letter have fewer letters a token. */
const bytesPerToken = 4;
/** What the beginning and end of a text count. */
const tokensPerText = 2;
/** Stored chunks counted between two turns of the event loop. */
const lookedAtOnce = 100;

/** What embedding documents would cost, by rule of thumb. */
export class EmbeddingEstimate {
  readonly #id: string;
  readonly #price: Money | undefined;
  #tokens = 0;

  constructor(embedding: Embedding) {
    this.#id = embedding.id;
    this.#price = embedding.price;
  }

  /** Reads the document's texts, where there is a price to reckon with. */
  async add(open: OpenDocument, signal: AbortSignal): Promise<void> {
    if (this.#price === undefined) return;
    for await (const { chunks } of open.pages(signal)) {
      for (const { indexed } of chunks) this.#addText(indexed);
    }
  }

  /** Stored chunks that stay and have no vector of this embedding yet. */
  async addLacking(embeddings: Embeddings, stays: (chunk: StoredChunk) => boolean, signal: AbortSignal): Promise<void> {
    if (this.#price === undefined) return;
    for (const page of lackingPages(embeddings, this.#id, lookedAtOnce)) {
      signal.throwIfAborted();
      for (const chunk of page) if (stays(chunk)) this.#addText(indexedText(chunk.title, chunk.headings, chunk.text));
      await nextTurn();
    }
  }

  #addText(text: string): void {
    this.#tokens += Math.ceil(Buffer.byteLength(text) / bytesPerToken) + tokensPerText;
  }

  get result(): { readonly tokens: number; readonly cost: Money } | undefined {
    if (this.#price === undefined) return undefined;
    const { amount, currency } = this.#price;
    return { tokens: this.#tokens, cost: { amount: (amount * this.#tokens) / 1_000_000, currency } };
  }
}
