import type { Corpus, Embedding, Logger, RetrievalGrants } from 'polyphon/plugin';
import { placesFor } from './build-settings.ts';
import { ExactIndex } from './exact-index.ts';
import { HnswIndex, hnswBytes } from './hnsw-index.ts';
import { buildIndex } from './index-builder.ts';
import type { IndexFacts, IndexFile } from './index-file.ts';
import type { LoadNative, NativeModule } from './native.ts';
import { difference, type VectorIndex } from './vector-index.ts';

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

/** Up to here comparing with every vector takes 7 ms, and stands in while a large index is built; above, words answer alone. */
const exactWhileBuilding = 20_000;
/** More new chunks than this are added in another thread, where they hold up nobody. */
const addInPlace = 200;
/** The file is written again when so many chunks, or this share, have changed since: what it lacks is added when it is read. */
const saveAfter = { chunks: 200, share: 0.05 };
/** Of an index that is behind the corpus by an unknown number of changes. */
const behind = -1;

/**
 * The tenant's open index: loaded with the first question, kept up with the corpus, given back when memory is short. A question never
 * waits for a large index to be built or brought up to date.
 */
export class IndexKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  #open: Open | undefined;
  #loading: Promise<void> | undefined;
  /** Building and saving in the background; one at a time, because saving must not overlap with adding. */
  #work: Promise<void> | undefined;
  /** Changed in the open index since its file was written. */
  #unsaved = 0;
  /** Why the file is not used, where the log has it. */
  #told: string | undefined;
  /** Not tried again before the corpus changes. */
  #failedAt: number | undefined;
  #closed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get index(): VectorIndex | undefined {
    return this.#open?.index;
  }

  /** The index of the corpus as it is now, or a little older while a large one is brought up to it; undefined while there is none. */
  async current(signal: AbortSignal): Promise<VectorIndex | undefined> {
    await this.refresh(signal);
    this.#open?.hold.touch();
    return this.#open?.index;
  }

  /** Costs one small query when nothing has changed. */
  async refresh(signal: AbortSignal): Promise<void> {
    const revision = await this.#options.corpus.revision(signal);
    if (this.#open?.revision === revision) return;
    this.#loading ??= this.#load(revision).finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  /** Resolves when the index of the corpus as it was when asked is open and holds all of it. */
  async whole(signal: AbortSignal): Promise<void> {
    const revision = await this.#options.corpus.revision(signal);
    await this.current(signal);
    await this.settled();
    signal.throwIfAborted();
    // What was built in the background may have begun before.
    if ((this.#open?.revision ?? behind) < revision) await this.current(signal);
    await this.settled();
    if ((this.#failedAt ?? behind) >= revision) throw new Error('the index could not be built');
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

  async #load(revision: number): Promise<void> {
    const { corpus, signal, exactBelow } = this.#options;
    const count = await corpus.count(signal);
    const native = count < exactBelow ? undefined : await this.#options.loadNative();
    if (native === undefined) {
      // Also in the place of a large index, of which most is gone.
      this.#serve(await this.#exact(), revision);
      if (count < exactBelow && this.#work === undefined) await this.#removeFile();
      return;
    }
    const large =
      this.#open?.index instanceof HnswIndex || (this.#work === undefined && (await this.#serveFile(native)));
    if (!large && count <= exactWhileBuilding) {
      const exact = await this.#exact();
      // The large one may have been built meanwhile.
      if (!(this.#open?.index instanceof HnswIndex)) this.#serve(exact, revision);
    }
    if (revision !== this.#failedAt) this.#inBackground(native, revision);
  }

  async #exact(): Promise<ExactIndex> {
    const { embedding, corpus, signal } = this.#options;
    const earlier = this.#open?.index instanceof ExactIndex ? this.#open.index : undefined;
    const labels = await corpus.labels(embedding.id, signal);
    const vectorsOf = (wanted: readonly number[]) => corpus.vectorsOf(embedding.id, wanted, signal);
    return ExactIndex.load(embedding.dimensions, labels, vectorsOf, earlier);
  }

  async #removeFile(): Promise<void> {
    // What cannot be removed takes room and does no harm: it is checked before it is read.
    await this.#options.file.remove().catch((error: unknown) => {
      this.#options.log.debug('an index file that is not needed stays', { error });
    });
  }

  async #serveFile(native: NativeModule): Promise<boolean> {
    const { file, embedding, log } = this.#options;
    const facts = await this.#checkFile();
    if (facts === undefined) return false;
    try {
      const index = await HnswIndex.read(native, file.path, { dimensions: embedding.dimensions, labels: facts.labels });
      if (index !== undefined) {
        this.#unsaved = 0;
        this.#serve(index, behind);
        return true;
      }
      log.warn('an index file is not used and is built again', { reason: 'unreadable' });
    } catch (error) {
      log.warn('an index file is not used and is built again', { reason: 'unreadable', error });
    }
    return false;
  }

  async #checkFile(): Promise<IndexFacts | undefined> {
    const { file, signal, log } = this.#options;
    const checked = await file.check(this.#identity, signal);
    if ('facts' in checked) {
      this.#told = undefined;
      return checked.facts;
    }
    // Looked at to load it, and again to build upon it.
    if (checked.reason !== 'none' && checked.reason !== this.#told)
      log.warn('an index file is not used and is built again', { reason: checked.reason });
    this.#told = checked.reason;
    return undefined;
  }

  get #identity() {
    const { tenantId, embedding } = this.#options;
    return { tenantId, embeddingId: embedding.id, dimensions: embedding.dimensions };
  }

  /** Brings a large index up to the corpus. */
  #inBackground(native: NativeModule, revision: number): void {
    if (this.#work !== undefined) return;
    this.#work = this.#bringUp(native)
      .catch((error: unknown) => {
        this.#failedAt = revision;
        if (!this.#options.signal.aborted) this.#options.log.error('an index could not be built', { error });
      })
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #bringUp(native: NativeModule): Promise<void> {
    const { embedding, corpus, signal } = this.#options;
    const revision = await corpus.revision(signal);
    const labels = await corpus.labels(embedding.id, signal);
    const index = this.#open?.index;
    if (index instanceof HnswIndex) {
      const { fresh, gone } = await difference(labels, index.labels);
      if (fresh.length <= Math.min(addInPlace, index.room) && !index.wornBy(gone.length)) {
        await index.update(corpus.vectorsOf(embedding.id, fresh, signal), gone, signal);
        // It may have been given back meanwhile.
        if (this.#open?.index === index) this.#serve(index, revision);
        await this.#saveIfNeeded(index, fresh.length + gone.length);
        return;
      }
    }
    const worn = index instanceof HnswIndex && index.wornBy((await difference(labels, index.labels)).gone.length);
    await this.#build(native, revision, labels, worn ? 'anew' : 'from the file');
  }

  async #saveIfNeeded(index: HnswIndex, changes: number): Promise<void> {
    const { file, signal } = this.#options;
    this.#unsaved += changes;
    if (this.#closed || this.#unsaved <= Math.max(saveAfter.chunks, saveAfter.share * index.size)) return;
    const save = async (path: string) => {
      await index.save(path);
      return { format: 2, ...this.#identity, labels: [...index.labels] } as const;
    };
    await file.write(save, signal);
    this.#unsaved = 0;
  }

  /** In another thread, into the file; then it is loaded from there. */
  async #build(
    native: NativeModule,
    revision: number,
    labels: readonly number[],
    how: 'anew' | 'from the file',
  ): Promise<void> {
    const { embedding, corpus, signal, file, memory, log } = this.#options;
    const { dimensions } = embedding;
    const start = how === 'anew' ? undefined : await this.#checkFile();
    const { fresh, gone } = await difference(labels, new Set(start?.labels));
    const left = new Set(gone);
    const kept = start?.labels.filter((label) => !left.has(label)) ?? [];
    // The thread's copy counts too; it cannot be given back half-way.
    using _building = memory.hold(hnswBytes(placesFor(labels.length), dimensions), () => {});
    let facts: IndexFacts | undefined;
    const save = async (path: string) => {
      const added = await buildIndex(
        {
          dimensions,
          expected: labels.length,
          vectors: corpus.vectorsOf(embedding.id, fresh, signal),
          gone,
          path,
          ...(start === undefined ? {} : { from: file.path }),
        },
        signal,
      );
      facts = { format: 2, ...this.#identity, labels: [...kept, ...added] };
      return facts;
    };
    await file.write(save, signal);
    if (this.#closed || facts === undefined) return;
    const index = await HnswIndex.read(native, file.path, { dimensions, labels: facts.labels });
    if (index === undefined) throw new Error('the index that was just built cannot be read');
    this.#unsaved = 0;
    this.#serve(index, revision);
    log.info('an index was built', { chunks: index.size });
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
