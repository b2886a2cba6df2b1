import type { Corpus, Embedding, Logger, RetrievalGrants } from 'polyphon/plugin';
import { ExactIndex } from './exact-index.ts';
import { HnswIndex } from './hnsw-index.ts';
import type { IndexFile } from './index-file.ts';
import type { LoadNative, NativeModule } from './native.ts';
import type { VectorIndex } from './vector-index.ts';

export interface KeeperOptions {
  readonly tenantId: string;
  readonly corpus: Corpus;
  readonly embedding: Embedding;
  readonly memory: RetrievalGrants['memory'];
  readonly file: IndexFile;
  readonly loadNative: LoadNative;
  /** With fewer chunks every vector is compared. */
  readonly exactBelow: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

interface Open {
  readonly index: VectorIndex;
  /** Of the corpus it was made from. */
  readonly revision: number;
  readonly hold: Disposable & { touch(): void };
}

/**
 * The tenant's open index: loaded with the first question, kept up with the corpus, given back when memory is short. While a large
 * one is built, an exact one serves, so a question never waits for a build.
 */
export class IndexKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  #open: Open | undefined;
  #loading: Promise<void> | undefined;
  /** Building and saving in the background; one at a time, because saving must not overlap with adding. */
  #work: Promise<void> | undefined;
  #closed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get index(): VectorIndex | undefined {
    return this.#open?.index;
  }

  /** The index of the corpus as it is now, or a little older while a large one is brought up to it. */
  async current(signal: AbortSignal): Promise<VectorIndex | undefined> {
    await this.refresh(signal);
    this.#open?.hold.touch();
    return this.#open?.index;
  }

  /** Costs one small query when nothing has changed. Loads nothing on its own: see `current` and `sync`. */
  async refresh(signal: AbortSignal): Promise<void> {
    const revision = await this.#options.corpus.revision(signal);
    if (this.#open?.revision === revision) return;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  /** Resolves when no build runs. */
  async settled(): Promise<void> {
    await this.#loading?.catch(() => {});
    await this.#work?.catch(() => {});
  }

  release(): void {
    this.#open?.hold[Symbol.dispose]();
    this.#open = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.settled();
    this.release();
  }

  async #load(): Promise<void> {
    const { corpus, signal, exactBelow } = this.#options;
    const revision = await corpus.revision(signal);
    const count = await corpus.count(signal);
    const native = count < exactBelow ? undefined : await this.#options.loadNative();
    if (native === undefined) {
      this.#serve(await this.#exact(), revision);
      return;
    }
    if (this.#open?.index instanceof HnswIndex) {
      this.#inBackground(native, revision, this.#open.index);
      return;
    }
    const stored = await this.#read(native);
    // Comparing with every vector needs no index: it serves until the other one is ready.
    if (stored === undefined) this.#serve(await this.#exact(), revision);
    else this.#serve(stored, revision);
    this.#inBackground(native, revision, stored);
  }

  #exact(): Promise<ExactIndex> {
    const { embedding, corpus, signal } = this.#options;
    return ExactIndex.load(embedding.dimensions, corpus.vectors(embedding.id, signal));
  }

  async #read(native: NativeModule): Promise<HnswIndex | undefined> {
    const { file, tenantId, embedding, signal, log } = this.#options;
    const { dimensions, id: embeddingId } = embedding;
    const checked = await file.check({ tenantId, embeddingId, dimensions }, signal);
    if ('reason' in checked) {
      if (checked.reason !== 'missing')
        log.warn('an index file is not used and is built again', { reason: checked.reason });
      return undefined;
    }
    try {
      return await HnswIndex.read(native, file.path, { dimensions, labels: checked.facts.labels });
    } catch (error) {
      log.warn('an index file is not used and is built again', { reason: 'unreadable', error });
      return undefined;
    }
  }

  /** Brings a large index up to the corpus, then saves it and lets it serve. */
  #inBackground(native: NativeModule, revision: number, from: HnswIndex | undefined): void {
    if (this.#work !== undefined) return;
    this.#work = this.#build(native, revision, from)
      .catch((error: unknown) => {
        if (!this.#options.signal.aborted) this.#options.log.error('an index could not be built', { error });
      })
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #build(native: NativeModule, revision: number, from: HnswIndex | undefined): Promise<void> {
    const { embedding, corpus, signal, tenantId, file } = this.#options;
    const before = from?.size;
    let index = from ?? HnswIndex.empty(native, embedding.dimensions, await corpus.count(signal));
    await index.update(corpus.vectors(embedding.id, signal), signal);
    if (index.worn) {
      index = HnswIndex.empty(native, embedding.dimensions, index.size);
      await index.update(corpus.vectors(embedding.id, signal), signal);
    }
    if (this.#closed) return;
    this.#serve(index, revision);
    if (index === from && index.size === before && !index.worn) return;
    const facts = { tenantId, embeddingId: embedding.id, dimensions: embedding.dimensions, labels: [...index.labels] };
    await file.write({ format: 1, ...facts }, (path) => index.save(path), signal);
  }

  #serve(index: VectorIndex, revision: number): void {
    if (this.#closed) return;
    const before = this.#open;
    // Entered before it is assigned: the ledger may ask others to let go, and never the newest entry.
    const hold = this.#options.memory.hold(index.bytes, () => this.release());
    this.#open = { index, revision, hold };
    before?.hold[Symbol.dispose]();
  }
}
