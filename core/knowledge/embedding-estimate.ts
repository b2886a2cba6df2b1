import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Embedding, Money } from '../contract/index.ts';
import { type Embeddings, noEmbedding } from '../store/embeddings.ts';
import type { StoredChunk } from '../store/knowledge-repository.ts';
import { asksService } from './asks-service.ts';
import { indexedText } from './chunk-terms.ts';
import type { OpenDocument } from './extract/document-reader.ts';
import type { IngestReport } from './ingest-report.ts';
import { lackingPages } from './lacking-pages.ts';

/** Bytes of UTF-8 in a token: about 4 in English, and scripts with more bytes a letter have fewer letters a token. */
const bytesPerToken = 4;
/** What the beginning and end of a text count. */
const tokensPerText = 2;
/** Stored chunks counted between two turns of the event loop. */
const lookedAtOnce = 100;

/** What embedding documents would take, by rule of thumb. */
export class EmbeddingEstimate {
  readonly #id: string;
  readonly #price: Money | undefined;
  /** What is made here costs nothing: only making it anew is worth a word. */
  readonly #isPassedOn: boolean;
  #first = 0;
  #anew = 0;
  #tokens = 0;

  constructor(embedding: Embedding) {
    this.#id = embedding.id;
    this.#price = embedding.price;
    this.#isPassedOn = asksService(embedding);
  }

  /** Reads the document's texts, where somebody is sent them. */
  async add(open: OpenDocument, signal: AbortSignal): Promise<void> {
    if (!this.#isPassedOn) return;
    for await (const { chunks } of open.pages(signal)) {
      this.#first += chunks.length;
      for (const { indexed } of chunks) this.#addText(indexed);
    }
  }

  /** Stored chunks that stay and have no vector of this embedding yet. */
  async addLacking(embeddings: Embeddings, stays: (chunk: StoredChunk) => boolean, signal: AbortSignal): Promise<void> {
    for (const { other, chunks } of lackingPages(embeddings, this.#id, lookedAtOnce)) {
      signal.throwIfAborted();
      const staying = chunks.filter(stays);
      if (other === noEmbedding) this.#first += staying.length;
      else this.#anew += staying.length;
      for (const chunk of staying) this.#addText(indexedText(chunk.title, chunk.headings, chunk.text));
      await nextTurn();
    }
  }

  #addText(text: string): void {
    this.#tokens += Math.ceil(Buffer.byteLength(text) / bytesPerToken) + tokensPerText;
  }

  get result(): IngestReport['estimate'] {
    const chunks = this.#first + this.#anew;
    const counts = { chunks, anew: this.#anew, tokens: this.#tokens };
    if (this.#price === undefined) return chunks === 0 ? undefined : counts;
    const { amount, currency } = this.#price;
    return { ...counts, cost: { amount: (amount * this.#tokens) / 1_000_000, currency } };
  }
}
