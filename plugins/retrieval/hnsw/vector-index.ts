/** What serves the search by vectors. */
export interface VectorIndex {
  readonly engine: 'hnsw' | 'exact';
  readonly size: number;
  /** What it holds in memory, about. */
  readonly bytes: number;
  /** Most similar first. */
  nearest(vector: Float32Array, limit: number): readonly Neighbour[];
  /**
   * Cosine of the vector and a stored one; undefined for an unknown label. Absent where the corpus gives a vector sooner than the index:
   * the native one hands it over number by number, in 60 µs.
   */
  similarity?(vector: Float32Array, label: number): number | undefined;
}

export interface Neighbour {
  readonly label: number;
  /** -1 to 1. */
  readonly cosine: number;
}

export interface LabelledVector {
  readonly label: number;
  readonly vector: Float32Array;
}

/** What an index lacks, and what it has too much. */
export interface Difference {
  readonly fresh: readonly number[];
  readonly gone: readonly number[];
}

export function difference(wanted: readonly number[], held: ReadonlySet<number>): Difference {
  const fresh = wanted.filter((label) => !held.has(label));
  if (wanted.length - fresh.length === held.size) return { fresh, gone: [] };
  const there = new Set(wanted);
  return { fresh, gone: [...held].filter((label) => !there.has(label)) };
}
