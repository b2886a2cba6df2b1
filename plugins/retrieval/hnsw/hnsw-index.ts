import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HierarchicalNSW } from 'hnswlib-node';
import type { NativeModule } from './native.ts';
import type { LabelledVector, Neighbour, VectorIndex } from './vector-index.ts';

/** Links a node. The library's own default; 32 doubles the build for one point of recall. */
const links = 16;
const buildEffort = 200;
/** Candidates a search looks at. 64 gives recall@10 of .82 at 10,000 chunks, 400 more than .95 there. */
const searchEffort = 400;
/** Adding costs about 0.4 ms at 10,000 chunks: so many, then others have their turn. */
const addAtOnce = 4;
/** When so many of the places are of deleted chunks, the index is built anew. */
const maxDeletedShare = 0.3;

/** An approximate index in native memory. Calls into it must not overlap with `save`; the owner sees to that. */
export class HnswIndex implements VectorIndex {
  readonly engine = 'hnsw';
  readonly #native: HierarchicalNSW;
  readonly #dimensions: number;
  readonly #labels: Set<number>;
  #deleted = 0;

  private constructor(native: HierarchicalNSW, dimensions: number, labels: Set<number>) {
    this.#native = native;
    this.#dimensions = dimensions;
    this.#labels = labels;
    native.setEf(searchEffort);
  }

  /** Room for a quarter more, so that the next documents do not move everything. */
  static empty(module: NativeModule, dimensions: number, expected: number): HnswIndex {
    const native = new module.HierarchicalNSW('ip', dimensions);
    native.initIndex({ maxElements: Math.max(16, Math.ceil(expected * 1.25)), m: links, efConstruction: buildEffort });
    return new HnswIndex(native, dimensions, new Set());
  }

  /** The file must have been checked: the library takes the process down with some damaged ones. */
  static async read(
    module: NativeModule,
    path: string,
    expected: { readonly dimensions: number; readonly labels: readonly number[] },
  ): Promise<HnswIndex | undefined> {
    const native = new module.HierarchicalNSW('ip', expected.dimensions);
    await native.readIndex(path);
    if (native.getNumDimensions() !== expected.dimensions) return undefined;
    const stored = new Set(native.getIdsList());
    if (!expected.labels.every((label) => stored.has(label))) return undefined;
    const index = new HnswIndex(native, expected.dimensions, new Set(expected.labels));
    index.#deleted = stored.size - expected.labels.length;
    return index;
  }

  get size(): number {
    return this.#labels.size;
  }

  get labels(): ReadonlySet<number> {
    return this.#labels;
  }

  /** Vectors and links of all places, and the locks that the library holds for each index, 2.6 MB. */
  get bytes(): number {
    return this.#native.getMaxElements() * (this.#dimensions * 4 + links * 8 + 40) + 2_600_000;
  }

  /** True when too much of it is of chunks that are gone. */
  get worn(): boolean {
    return this.#deleted > (this.#labels.size + this.#deleted) * maxDeletedShare;
  }

  nearest(vector: Float32Array, limit: number): readonly Neighbour[] {
    const wanted = Math.min(limit, this.#labels.size);
    if (wanted === 0) return [];
    const { neighbors, distances } = this.#native.searchKnn([...vector], wanted);
    return neighbors.map((label, at) => ({ label, cosine: 1 - (distances[at] ?? 1) }));
  }

  similarity(vector: Float32Array, label: number): number | undefined {
    if (!this.#labels.has(label)) return undefined;
    const stored = this.#native.getPoint(label);
    return stored.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0);
  }

  /** Adds what is new and takes out what is gone. Others have their turn in between; searches may run meanwhile. */
  async update(vectors: AsyncIterable<LabelledVector>, signal: AbortSignal): Promise<void> {
    const there = new Set<number>();
    let added = 0;
    for await (const { label, vector } of vectors) {
      there.add(label);
      if (this.#labels.has(label)) continue;
      this.#add(label, vector);
      added += 1;
      if (added % addAtOnce === 0) {
        await nextTurn();
        signal.throwIfAborted();
      }
    }
    for (const label of this.#labels) {
      if (there.has(label)) continue;
      this.#native.markDelete(label);
      this.#labels.delete(label);
      this.#deleted += 1;
    }
  }

  async save(path: string): Promise<void> {
    await this.#native.writeIndex(path);
  }

  #add(label: number, vector: Float32Array): void {
    if (this.#native.getCurrentCount() >= this.#native.getMaxElements()) {
      this.#native.resizeIndex(Math.ceil(this.#native.getMaxElements() * 1.25) + 16);
    }
    this.#native.addPoint([...vector], label);
    this.#labels.add(label);
  }
}
