import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Embedding, PolyphonError } from '../contract/index.ts';
import type { Embeddings } from '../store/embeddings.ts';
import type { KnowledgeRepository, KnowledgeStore, StoredChunk } from '../store/knowledge-repository.ts';
import { type BackfillReport, earlierThan } from './backfill-report.ts';
import { indexedText } from './chunk-terms.ts';
import { embedAtOnce, embedPassages } from './embed-passages.ts';
import type { IngestProgress } from './ingest-report.ts';
import { lackingPages } from './lacking-pages.ts';

/** Chunks read at once, however many the embedding takes: 3 ms. */
const readAtOnce = 512;
/** Vectors stored in one transaction, 2 to 4 ms. */
const storeAtOnce = 24;
/** Vectors dropped in one transaction. */
const dropAtOnce = 100;

export interface BackfillRequest {
  readonly tenantId: string;
  readonly embedding: Embedding;
  /** `retrieval:` of the definition that asks for it; secrets are still references. */
  readonly definition: unknown;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
  /** Makes ready what will search in the new vectors: called before those of another embedding serve, and after those that were lacking do. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Called as soon as another embedding serves, before the older vectors are dropped. */
  onServing(): Promise<void>;
}

/**
 * Makes the vectors that chunks lack. Those of another embedding lie beside those that serve, and serve in one transaction when the last
 * is there; those of the embedding that serves already, of chunks that were read without, serve when a run ends. What is made stays when
 * it stops, and the next run goes on there.
 */
export class Backfill {
  readonly #request: BackfillRequest;
  readonly #store: KnowledgeStore;
  readonly #signal: AbortSignal;
  readonly #knowledge: KnowledgeRepository;
  readonly #embeddings: Embeddings;
  #made = 0;
  #failure: PolyphonError | undefined;

  constructor(request: BackfillRequest, store: KnowledgeStore, signal: AbortSignal) {
    this.#request = request;
    this.#store = store;
    this.#signal = signal;
    const { knowledge, embeddings } = store.forTenant(request.tenantId);
    this.#knowledge = knowledge;
    this.#embeddings = embeddings;
  }

  async run(): Promise<BackfillReport> {
    const { id } = this.#request.embedding;
    const earlier = earlierThan(id, this.#embeddings);
    await this.#tidy();
    if (this.#embeddings.lacking(id) > 0) {
      await this.#write(() => this.#embeddings.noteNext({ embeddingId: id }));
      await this.#makeAll();
    }
    if (this.#made > 0 && this.#embeddings.served()?.embeddingId === id) await this.#complete();
    if (this.#failure === undefined) await this.#changeOver();
    const missing = this.#embeddings.lacking(id);
    const failure = this.#failure;
    if (failure === undefined) return { made: this.#made, missing, ...earlier };
    const error = { code: failure.code, message: failure.message };
    await this.#write(() => this.#embeddings.noteNext({ embeddingId: id, error }));
    return { made: this.#made, missing, ...earlier, error };
  }

  /** What a crash or another change has left: vectors that serve come to their chunks, and those that nobody wants go. */
  async #tidy(): Promise<void> {
    const { id } = this.#request.embedding;
    while ((await this.#write(() => this.#embeddings.moveServed(storeAtOnce))) > 0);
    while ((await this.#write(() => this.#embeddings.dropOthers(id, dropAtOnce))) > 0);
  }

  async #makeAll(): Promise<void> {
    const { embedding, onProgress } = this.#request;
    const total = this.#embeddings.lacking(embedding.id);
    // One request each: no more is paid for again than the one that a crash or an abort fell into.
    const atOnce = Math.min(embedding.limits?.maxBatch ?? embedAtOnce, readAtOnce);
    for (const { chunks } of lackingPages(this.#embeddings, embedding.id, atOnce)) {
      onProgress?.({ phase: 'embedding', done: this.#made, total });
      if ((await this.#make(chunks)) === 'stop') return;
    }
  }

  /** A passage that the service refuses is passed over, so that one does not keep the others from their vectors. */
  async #make(chunks: readonly StoredChunk[]): Promise<'go on' | 'stop'> {
    const texts = chunks.map(({ title, headings, text }) => indexedText(title, headings, text));
    let vectors: readonly Float32Array[];
    try {
      vectors = await embedPassages(this.#request.embedding, texts, this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      const failure = named(error);
      const refused = failure.code === 'EMB8205';
      const [first] = chunks;
      if (refused && chunks.length > 1) {
        const before = this.#made;
        for (const chunk of chunks) if ((await this.#make([chunk])) === 'stop') return 'stop';
        // Where none of them goes through, it is not the text.
        return this.#made === before ? 'stop' : 'go on';
      }
      this.#failure ??= refused && first !== undefined ? inDocument(failure, first) : failure;
      return refused ? 'go on' : 'stop';
    }
    const { id } = this.#request.embedding;
    for (let start = 0; start < chunks.length; start += storeAtOnce) {
      const made = chunks.slice(start, start + storeAtOnce).flatMap(({ label }, index) => {
        const vector = vectors[start + index];
        return vector === undefined ? [] : [{ label, vector }];
      });
      await this.#write(() => this.#embeddings.put(id, made));
    }
    this.#made += chunks.length;
    return 'go on';
  }

  /** Lets the search have what was made for the embedding that serves. */
  async #complete(): Promise<void> {
    await this.#write(() => this.#knowledge.touch());
    // Should its index not be built, which it logs, it searches in what it has.
    await this.#request.prepare(this.#signal).catch(() => this.#signal.throwIfAborted());
  }

  async #changeOver(): Promise<void> {
    const { embedding, definition, prepare, onServing } = this.#request;
    const served = this.#embeddings.served();
    const changes = served?.embeddingId !== embedding.id;
    if (!changes && served.next === undefined && sameJson(served.definition, definition)) return;
    if (changes) {
      try {
        await prepare(this.#signal);
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#failure = named(error);
        return;
      }
    }
    const serves = await this.#write(() => {
      // A document may have been read meanwhile with what serves still.
      if (this.#signal.aborted || this.#embeddings.lacking(embedding.id) > 0) return 'older';
      this.#embeddings.serve({ embeddingId: embedding.id, definition });
      if (changes) this.#knowledge.touch();
      return 'new';
    });
    if (serves === 'older') return;
    if (changes) await onServing();
    await this.#tidy();
  }

  /** One transaction; then other tenants have their turn. */
  async #write<Result>(job: () => Result): Promise<Result> {
    const result = await this.#store.write(job);
    await nextTurn();
    this.#signal.throwIfAborted();
    return result;
  }
}

function named(error: unknown): PolyphonError {
  if (error instanceof PolyphonError) return error;
  const message =
    'The vectors of the new embedding could not be made ready. What served before goes on; it is tried again.';
  return new PolyphonError('KNW8010', message, { cause: error });
}

function inDocument(failure: PolyphonError, { source, document }: StoredChunk): PolyphonError {
  return new PolyphonError(failure.code, `${source}: ${document}: ${failure.message}`, { cause: failure });
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
