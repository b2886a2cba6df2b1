import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Embedding } from '../contract/index.ts';
import type {
  GoneTerms,
  KnowledgeRepository,
  KnowledgeStore,
  NewChunk,
  StoredDocument,
} from '../store/knowledge-repository.ts';
import { asksService } from './asks-service.ts';
import { goneTerms } from './chunk-terms.ts';
import { embedAtOnce, embedPassages } from './embed-passages.ts';
import type { PreparedPage } from './extract/reader-message.ts';
import { TermGathering } from './term-gathering.ts';

/** Chunks stored in one transaction, 2 to 4 ms. */
const storeAtOnce = 24;
/** Chunks taken out in one transaction: each of their terms is looked up and rewritten, about 1 ms a chunk. */
const removeAtOnce = 4;
/** Documents marked in one transaction. */
const markAtOnce = 50;
const nothing = { terms: [], entries: new Uint32Array(0) } as const;
const none: GoneTerms = { labels: [], terms: [] };
/** Stands until the last term is stored: what a crash leaves behind is read again. */
export const unfinished = { version: '', contentHash: '', fingerprint: '' } as const;

/** A document that is being replaced. */
export interface Replacement {
  readonly known: StoredDocument | undefined;
  /** As it will be when everything is stored. */
  readonly ready: StoredDocument;
  /** Chunks stored so far. */
  stored: number;
  state: 'open' | 'failed';
}

interface Pending {
  readonly item: Replacement;
  readonly page: PreparedPage;
}

/**
 * Chunks on their way into the store. Those of many documents are embedded, stored and indexed together, in steps that leave the
 * event loop free; a document counts as unfinished until the last of its terms is stored.
 */
export class ChunkShelf {
  readonly #store: KnowledgeStore;
  readonly #repository: KnowledgeRepository;
  readonly #embedding: Embedding;
  readonly #signal: AbortSignal;
  readonly #onReady: (item: Replacement) => void;
  readonly #onFailed: (item: Replacement, error: unknown) => Promise<void>;
  readonly #terms: TermGathering;
  #pending: Pending[] = [];
  #pendingChunks = 0;
  #complete: Replacement[] = [];

  constructor(options: {
    readonly store: KnowledgeStore;
    readonly repository: KnowledgeRepository;
    readonly embedding: Embedding;
    readonly signal: AbortSignal;
    readonly onReady: (item: Replacement) => void;
    readonly onFailed: (item: Replacement, error: unknown) => Promise<void>;
  }) {
    this.#store = options.store;
    this.#repository = options.repository;
    this.#embedding = options.embedding;
    this.#signal = options.signal;
    this.#onReady = options.onReady;
    this.#onFailed = options.onFailed;
    // What a service was paid for is not to be paid again; beside its answer the terms take no time.
    const mayBeLost = asksService(options.embedding) ? embedAtOnce : undefined;
    this.#terms = new TermGathering((entries) => this.write(() => this.#repository.addTerms(entries)), mayBeLost);
  }

  async put(item: Replacement, page: PreparedPage): Promise<void> {
    this.#pending.push({ item, page });
    this.#pendingChunks += page.chunks.length;
    if (this.#pendingChunks >= embedAtOnce) await this.#storePending();
  }

  /** Stores what is left. */
  async clear(): Promise<void> {
    await this.#storePending();
    await this.#finish();
  }

  /** Takes out all chunks of a document but the last few, in small transactions; those are for the caller's own. */
  async thinOut(document: StoredDocument): Promise<GoneTerms> {
    for (;;) {
      const chunks = this.#repository.chunksOf(document.source, document.document, removeAtOnce + 1);
      const gone = goneTerms(chunks.slice(0, removeAtOnce));
      if (chunks.length <= removeAtOnce) return gone;
      await this.note({ ...document, ...unfinished }, gone);
    }
  }

  async note(document: StoredDocument, gone: GoneTerms = none): Promise<void> {
    await this.write(() => this.#change(document, gone, [], nothing));
  }

  /** One transaction; then other tenants have their turn. */
  async write<Result>(job: () => Result): Promise<Result> {
    const result = await this.#store.write(job);
    await nextTurn();
    this.#signal.throwIfAborted();
    return result;
  }

  async #storePending(): Promise<void> {
    const pending = this.#pending.filter(({ item }) => item.state === 'open');
    this.#pending = [];
    this.#pendingChunks = 0;
    if (pending.length === 0) return;
    let vectors: readonly Float32Array[];
    try {
      const texts = pending.flatMap(({ page }) => page.chunks.map(({ indexed }) => indexed));
      vectors = await embedPassages(this.#embedding, texts, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      for (const item of new Set(pending.map(({ item }) => item))) {
        item.state = 'failed';
        await this.#onFailed(item, error);
      }
      return;
    }
    let at = 0;
    let together: (() => ReturnType<KnowledgeRepository['change']>)[] = [];
    let chunks = 0;
    const storeTogether = async (): Promise<void> => {
      const jobs = together;
      const count = chunks;
      together = [];
      chunks = 0;
      if (jobs.length > 0) this.#terms.take(await this.write(() => jobs.flatMap((job) => job())), count);
    };
    for (const { item, page } of pending) {
      const gone = item.stored === 0 && item.known !== undefined ? await this.thinOut(item.known) : none;
      const added = chunksOf(page, vectors.slice(at, at + page.chunks.length), item.stored);
      at += page.chunks.length;
      item.stored += added.length;
      const document = { ...item.ready, ...unfinished, chunks: item.stored };
      together.push(() => this.#change(document, gone, added, page.terms));
      chunks += added.length;
      if (item.stored === item.ready.chunks) this.#complete.push(item);
      if (chunks >= storeAtOnce) await storeTogether();
    }
    await storeTogether();
    if (this.#terms.full) await this.#finish();
  }

  async #finish(): Promise<void> {
    await this.#terms.flush();
    const complete = this.#complete;
    this.#complete = [];
    for (let start = 0; start < complete.length; start += markAtOnce) {
      const items = complete.slice(start, start + markAtOnce);
      await this.write(() => {
        for (const { ready } of items) this.#change(ready, none, [], nothing);
      });
      for (const item of items) this.#onReady(item);
    }
  }

  #change(document: StoredDocument, gone: GoneTerms, added: readonly NewChunk[], terms: PreparedPage['terms']) {
    return this.#repository.change({ document, embeddingId: this.#embedding.id, gone, added, terms });
  }
}

function chunksOf(page: PreparedPage, vectors: readonly Float32Array[], before: number): readonly NewChunk[] {
  return page.chunks.flatMap(({ indexed, ...chunk }, index) => {
    const vector = vectors[index];
    return vector === undefined ? [] : [{ ...chunk, ordinal: before + index + 1, vector }];
  });
}
