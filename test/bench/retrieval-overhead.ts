import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HnswIndex, searchEffort } from '../../plugins/retrieval/hnsw/hnsw-index.ts';
import { IndexFile } from '../../plugins/retrieval/hnsw/index-file.ts';
import { loadNative } from '../../plugins/retrieval/hnsw/native.ts';
import { never } from '../core/knowledge/tenant-knowledge.ts';
import { type Figure, quantile } from './measure.ts';
import { keeperOf } from './retrieval-subjects.ts';
import { corpusOf, dimensions, makeVectors } from './retrieval-vectors.ts';

const rounds = 2;

/**
 * Our index and the bare library on the same file, asked in turn, so that what else runs on the machine disturbs both alike. Which of
 * two equal indexes lies where in memory makes a tenth, so each is loaded first once.
 */
export async function compareWithBare(size: number): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-index-'));
  try {
    const { vectors, asked } = makeVectors(size);
    {
      await using keeper = keeperOf(corpusOf(size, vectors), directory);
      await keeper.current(never);
      await keeper.settled();
    }
    const times: readonly [number[], number[]] = [[], []];
    for (const first of ['ours', 'bare'] as const) {
      const searches = await load(new IndexFile(directory).path, size, first);
      for (let round = 0; round < rounds; round += 1) {
        for (const [at, vector] of asked.entries()) {
          // Who goes second finds the nodes in the processor's cache.
          for (const which of at % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
            const from = performance.now();
            searches[which](vector);
            times[which].push(performance.now() - from);
          }
        }
      }
    }
    const [ours, theirs] = times;
    const title = `${size} x ${dimensions}, asked in turn`;
    const goal = { op: '<=', value: 1.15 } as const;
    return [
      {
        what: `${title}: of the bare library's time, p50`,
        value: quantile(ours, 0.5) / quantile(theirs, 0.5),
        unit: 'times',
        goal,
      },
      { what: `${title}: the same, mean`, value: sum(ours) / sum(theirs), unit: 'times', goal },
      {
        what: `${title}: the same, p99`,
        value: quantile(ours, 0.99) / quantile(theirs, 0.99),
        unit: 'times',
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Search = (vector: Float32Array) => unknown;

async function load(
  path: string,
  size: number,
  first: 'ours' | 'bare',
): Promise<readonly [ours: Search, bare: Search]> {
  const native = await loadNative();
  if (native === undefined) throw new Error('hnswlib-node is not there');
  const labels = Array.from({ length: size }, (_, at) => at + 1);
  const ours = async (): Promise<Search> => {
    const index = await HnswIndex.read(native, path, { dimensions, labels });
    if (index === undefined) throw new Error('no index was built');
    return (vector) => index.nearest(vector, 10);
  };
  const bare = async (): Promise<Search> => {
    const index = new native.HierarchicalNSW('ip', dimensions);
    await index.readIndex(path);
    index.setEf(searchEffort);
    return (vector) => index.searchKnn(Array.from(vector), 10);
  };
  if (first === 'ours') return [await ours(), await bare()];
  const theirs = await bare();
  return [await ours(), theirs];
}

function sum(samples: readonly number[]): number {
  return samples.reduce((total, ms) => total + ms, 0);
}
