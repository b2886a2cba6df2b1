import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../../core/contract/index.ts';

export const dimensions = 384;
export const questions = 300;
const centreCount = 1000;

/** Vectors and questions of unit length around a thousand centres, as texts on topics lie. The same in each run. */
export function makeVectors(size: number): {
  readonly vectors: readonly Float32Array[];
  readonly asked: readonly Float32Array[];
} {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const centres = Array.from({ length: centreCount }, () => Float32Array.from({ length: dimensions }, next));
  const near = (at: number) => {
    const centre = centres[at % centres.length];
    const vector = Float32Array.from({ length: dimensions }, (_, place) => (centre?.[place] ?? 0) + next());
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / length);
  };
  return {
    vectors: Array.from({ length: size }, (_, at) => near(at)),
    asked: Array.from({ length: questions }, (_, at) => near(at * 7)),
  };
}

/** What the processes of one comparison share, in one folder. */
export class VectorFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** A folder of its own for each subject. */
  of(subject: string): string {
    return join(this.path, subject);
  }

  async write(size: number): Promise<void> {
    const { vectors, asked } = makeVectors(size);
    await writeFile(join(this.path, 'vectors.f32'), bytesOf(vectors));
    await writeFile(join(this.path, 'asked.f32'), bytesOf(asked));
  }

  vectors(): Promise<readonly Float32Array[]> {
    return this.#read('vectors.f32');
  }

  asked(): Promise<readonly Float32Array[]> {
    return this.#read('asked.f32');
  }

  /** The labels of the ten nearest to each question. */
  async truth(): Promise<readonly ReadonlySet<number>[]> {
    const lists = JSON.parse(await readFile(join(this.path, 'truth.json'), 'utf8')) as readonly (readonly number[])[];
    return lists.map((labels) => new Set(labels));
  }

  async writeTruth(found: readonly (readonly number[])[]): Promise<void> {
    await writeFile(join(this.path, 'truth.json'), JSON.stringify(found));
  }

  async #read(name: string): Promise<readonly Float32Array[]> {
    const bytes = await readFile(join(this.path, name));
    const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    return Array.from({ length: all.length / dimensions }, (_, at) =>
      all.subarray(at * dimensions, (at + 1) * dimensions),
    );
  }
}

function bytesOf(vectors: readonly Float32Array[]): Buffer {
  const all = new Float32Array(vectors.length * dimensions);
  for (const [at, vector] of vectors.entries()) all.set(vector, at * dimensions);
  return Buffer.from(all.buffer);
}

/** A corpus of nothing but vectors; their labels count from 1. Without vectors it only tells how many there are. */
export function corpusOf(size: number, vectors: readonly Float32Array[]): Corpus {
  const labels = Array.from({ length: size }, (_, at) => at + 1);
  async function* vectorsOf(_: string, wanted: readonly number[]) {
    for (const label of wanted) {
      const vector = vectors[label - 1];
      if (vector !== undefined) yield { label, vector };
    }
  }
  return {
    revision: async () => 1,
    count: async () => size,
    labels: async () => labels,
    vectorsOf,
    vectors: (embeddingId) => vectorsOf(embeddingId, labels),
    lexical: async () => [],
    passages: async () => [],
  };
}
