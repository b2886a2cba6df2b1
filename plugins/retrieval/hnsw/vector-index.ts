import { setImmediate as nextTurn } from 'node:timers/promises';

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

/** Labels compared between two turns of the event loop: 1 ms, and 10 ms for the 100,000 of a large index. */
const comparedAtOnce = 10_000;

export async function difference(wanted: readonly number[], held: ReadonlySet<number>): Promise<Difference> {
  const fresh = await without(wanted, held);
  if (wanted.length - fresh.length === held.size) return { fresh, gone: [] };
  await nextTurn();
  const there = new Set(wanted);
  return { fresh, gone: await without([...held], there) };
}

async function without(labels: readonly number[], those: ReadonlySet<number>): Promise<readonly number[]> {
  const left: number[] = [];
  for (let start = 0; start < labels.length; start += comparedAtOnce) {
    if (start > 0) await nextTurn();
    for (const label of labels.slice(start, start + comparedAtOnce)) if (!those.has(label)) left.push(label);
  }
  return left;
}
