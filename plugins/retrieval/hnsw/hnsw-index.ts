import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HierarchicalNSW } from 'hnswlib-node';
import { links } from './build-settings.ts';
import type { NativeModule } from './native.ts';
import type { Difference, LabelledVector, Neighbour, VectorIndex } from './vector-index.ts';

/** Candidates a search looks at. 64 gives recall@10 of .82 at 10,000 chunks, 400 more than .95 there. */
export const searchEffort = 400;
/** Adding costs 0.4 ms at 10,000 chunks and 2 ms at 100,000: so many, then others have their turn. */
const addAtOnce = 2;
/** When so many of the places are of deleted chunks, the index is built anew. */
const maxDeletedShare = 0.3;

/** An approximate index in native memory. `add`, `drop` and `save` must not overlap; the owner sees to that. */
export class HnswIndex implements VectorIndex {
  readonly engine = 'hnsw';
  readonly #native: HierarchicalNSW;
  readonly #dimensions: number;
  readonly #labels: Set<number>;
  #deleted: number;

  private constructor(native: HierarchicalNSW, dimensions: number, labels: Set<number>) {
    this.#native = native;
    this.#dimensions = dimensions;
    this.#labels = labels;
    this.#deleted = native.getCurrentCount() - labels.size;
    native.setEf(searchEffort);
  }

  /** The file must have been checked: the library takes the process down with some damaged ones. Reads in a thread of the pool. */
  static async read(
    module: NativeModule,
    path: string,
    expected: { readonly dimensions: number; readonly labels: Iterable<number> },
  ): Promise<HnswIndex | undefined> {
    const native = new module.HierarchicalNSW('ip', expected.dimensions);
    await native.readIndex(path);
    const labels = new Set(expected.labels);
    if (native.getNumDimensions() !== expected.dimensions || native.getCurrentCount() < labels.size) return undefined;
    await nextTurn();
    return new HnswIndex(native, expected.dimensions, labels);
  }

  get size(): number {
    return this.#labels.size;
  }

  get labels(): ReadonlySet<number> {
    return this.#labels;
  }

  /** Vectors and links of all places, and the locks that the library holds for each index, 2.6 MB. */
  get bytes(): number {
    return hnswBytes(this.#native.getMaxElements(), this.#dimensions);
  }

  /** Free places. More would move the whole index, which at 100,000 chunks takes a tenth of a second: that is for another thread. */
  get room(): number {
    return this.#native.getMaxElements() - this.#native.getCurrentCount();
  }

  /** True when, after so many more are gone, too much of it would be of chunks that are no longer there. */
  wornBy(gone: number): boolean {
    return this.#deleted + gone > (this.#labels.size + this.#deleted) * maxDeletedShare;
  }

  nearest(vector: Float32Array, limit: number): readonly Neighbour[] {
    const wanted = Math.min(limit, this.#labels.size);
    if (wanted === 0) return [];
    const { neighbors, distances } = this.#native.searchKnn(Array.from(vector), wanted);
    return neighbors.map((label, at) => ({ label, cosine: 1 - (distances[at] ?? 1) }));
  }

  /** Adds what is new, at most `room`, and takes out what is gone. Others have their turn in between; searches may run meanwhile. */
  async update(vectors: AsyncIterable<LabelledVector>, gone: Difference['gone'], signal: AbortSignal): Promise<void> {
    let added = 0;
    for await (const { label, vector } of vectors) {
      this.#add(label, vector);
      added += 1;
      if (added % addAtOnce === 0) {
        await nextTurn();
        signal.throwIfAborted();
      }
    }
    for (const label of gone) {
      this.#native.markDelete(label);
      this.#labels.delete(label);
      this.#deleted += 1;
    }
  }

  /** Writes in a thread of the pool. */
  async save(path: string): Promise<void> {
    await this.#native.writeIndex(path);
  }

  #add(label: number, vector: Float32Array): void {
    this.#native.addPoint(Array.from(vector), label);
    this.#labels.add(label);
  }
}

export function hnswBytes(places: number, dimensions: number): number {
  return places * (dimensions * 4 + links * 8 + 40) + 2_600_000;
}
