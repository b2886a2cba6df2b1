import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Embedding } from '../contract/index.ts';
import { noEmbedding } from '../store/embeddings.ts';
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
const noVector = new Float32Array(0);
const nothing: Added = {
  chunks: [],
  terms: { terms: [], entries: new Uint32Array(0) },
  embeddingId: noEmbedding,
};
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
}

interface Added {
  readonly chunks: readonly NewChunk[];
  readonly terms: PreparedPage['terms'];
  /** Of the vectors of the chunks. */
  readonly embeddingId: string;
}

interface Pending {
  readonly item: Replacement;
  readonly page: PreparedPage;
}

/**
 * Chunks on their way into the store. Those of many documents are embedded, stored and indexed together, in steps that leave the
 * event loop free; a document counts as unfinished until the last of its terms is stored. Reading does not wait for a service, which
 * may be slow, away or ask to wait: what it is to embed is stored without vectors, so that words find it at once, and `Backfill`
 * makes them. An embedding on this machine that fails is left at that too.
 */
export class ChunkShelf {
  readonly #store: KnowledgeStore;
  readonly #repository: KnowledgeRepository;
  readonly #embedding: Embedding;
  readonly #signal: AbortSignal;
  readonly #onReady: (item: Replacement) => void;
  readonly #onUnembedded: (error: unknown) => void;
  readonly #terms: TermGathering;
  #vectors: 'now' | 'later';
  #pending: Pending[] = [];
  #pendingChunks = 0;
  #complete: Replacement[] = [];
  #stored = 0;

  constructor(options: {
    readonly store: KnowledgeStore;
    readonly repository: KnowledgeRepository;
    readonly embedding: Embedding;
    readonly signal: AbortSignal;
    readonly onReady: (item: Replacement) => void;
    /** Once: no more is embedded then. */
    readonly onUnembedded: (error: unknown) => void;
  }) {
    this.#store = options.store;
    this.#repository = options.repository;
    this.#embedding = options.embedding;
    this.#signal = options.signal;
    this.#onReady = options.onReady;
    this.#onUnembedded = options.onUnembedded;
    this.#vectors = asksService(options.embedding) ? 'later' : 'now';
    this.#terms = new TermGathering((entries) => this.write(() => this.#repository.addTerms(entries)));
  }

  /** Chunks that this shelf has stored. */
  get stored(): number {
    return this.#stored;
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
    await this.write(() => this.#change(document, gone, nothing));
  }

  /** One transaction; then other tenants have their turn. */
  async write<Result>(job: () => Result): Promise<Result> {
    const result = await this.#store.write(job);
    await nextTurn();
    this.#signal.throwIfAborted();
    return result;
  }

  async #storePending(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingChunks = 0;
    if (pending.length === 0) return;
    const texts = pending.flatMap(({ page }) => page.chunks.map(({ indexed }) => indexed));
    const vectors = await this.#embed(texts);
    const embeddingId = vectors === undefined ? noEmbedding : this.#embedding.id;
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
      const added = chunksOf(page, vectors?.slice(at, at + page.chunks.length), item.stored);
      at += page.chunks.length;
      item.stored += added.length;
      this.#stored += added.length;
      const document = { ...item.ready, ...unfinished, chunks: item.stored };
      together.push(() => this.#change(document, gone, { chunks: added, terms: page.terms, embeddingId }));
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
        for (const { ready } of items) this.#change(ready, none, nothing);
      });
      for (const item of items) this.#onReady(item);
    }
  }

  async #embed(texts: readonly string[]): Promise<readonly Float32Array[] | undefined> {
    if (this.#vectors === 'later') return undefined;
    try {
      return await embedPassages(this.#embedding, texts, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#vectors = 'later';
      this.#onUnembedded(error);
      return undefined;
    }
  }

  #change(document: StoredDocument, gone: GoneTerms, { chunks, terms, embeddingId }: Added) {
    return this.#repository.change({ document, embeddingId, gone, added: chunks, terms });
  }
}

/** Of a page; without vectors each chunk has an empty one. */
function chunksOf(
  page: PreparedPage,
  vectors: readonly Float32Array[] | undefined,
  before: number,
): readonly NewChunk[] {
  return page.chunks.map(({ indexed, ...chunk }, index) => ({
    ...chunk,
    ordinal: before + index + 1,
    vector: vectors?.[index] ?? noVector,
  }));
}
