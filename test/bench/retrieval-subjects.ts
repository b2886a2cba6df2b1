import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Corpus } from '../../core/contract/index.ts';
import { createMemoryLedger } from '../../core/knowledge/memory-ledger.ts';
import { buildEffort, links } from '../../plugins/retrieval/hnsw/build-settings.ts';
import { ExactIndex } from '../../plugins/retrieval/hnsw/exact-index.ts';
import { searchEffort } from '../../plugins/retrieval/hnsw/hnsw-index.ts';
import { IndexFile } from '../../plugins/retrieval/hnsw/index-file.ts';
import { IndexKeeper } from '../../plugins/retrieval/hnsw/index-keeper.ts';
import { loadNative } from '../../plugins/retrieval/hnsw/native.ts';
import { never, recordingLog } from '../core/knowledge/tenant-knowledge.ts';
import { corpusOf, dimensions, VectorFolder } from './retrieval-vectors.ts';

/** The labels of the ten nearest; a vector's label is its place, from 1. */
export type VectorSearch = (vector: Float32Array) => readonly number[] | Promise<readonly number[]>;

/** One library of those compared. Building and serving happen in processes of their own, so that memory is that of serving. */
export interface RetrievalSubject {
  readonly name: string;
  /** More chunks are not measured, and the table says so. */
  readonly most: number;
  /** Throws where the library is not there. */
  present(): Promise<unknown>;
  build(vectors: readonly Float32Array[], directory: string): Promise<void>;
  load(directory: string, size: number): Promise<VectorSearch>;
}

/** HNSW libraries are given the same links and the same efforts, and one thread. */
const polyphon: RetrievalSubject = {
  name: 'polyphon',
  most: 1_000_000,
  present: async () => {},
  async build(vectors, directory) {
    await using keeper = keeperOf(corpusOf(vectors.length, vectors), directory);
    await keeper.current(never);
    await keeper.settled();
  },
  async load(directory, size) {
    const keeper = keeperOf(corpusOf(size, []), directory);
    const index = await keeper.current(never);
    if (index?.engine !== 'hnsw') throw new Error('no index was built');
    return (vector) => index.nearest(vector, 10).map(({ label }) => label);
  },
};

const bare: RetrievalSubject = {
  name: 'hnswlib-node',
  most: 1_000_000,
  present: native,
  async build(vectors, directory) {
    const { HierarchicalNSW } = await native();
    const index = new HierarchicalNSW('ip', dimensions);
    index.initIndex({ maxElements: vectors.length, m: links, efConstruction: buildEffort });
    for (const [at, vector] of vectors.entries()) index.addPoint(Array.from(vector), at + 1);
    await index.writeIndex(join(directory, 'index'));
  },
  async load(directory) {
    const { HierarchicalNSW } = await native();
    const index = new HierarchicalNSW('ip', dimensions);
    await index.readIndex(join(directory, 'index'));
    index.setEf(searchEffort);
    return (vector) => index.searchKnn(Array.from(vector), 10).neighbors;
  },
};

const usearch: RetrievalSubject = {
  name: 'usearch',
  most: 1_000_000,
  present: () => import('usearch'),
  async build(vectors, directory) {
    const index = await usearchIndex();
    for (const [at, vector] of vectors.entries()) index.add(BigInt(at + 1), vector, 1);
    index.save(join(directory, 'index'));
  },
  async load(directory) {
    const index = await usearchIndex();
    index.load(join(directory, 'index'));
    return (vector) => {
      const { keys } = index.search(vector, 10, 1);
      return Array.from(keys as BigUint64Array, Number);
    };
  },
};

async function usearchIndex() {
  const { Index, MetricKind, ScalarKind } = await import('usearch');
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.F32,
    connectivity: links,
    expansion_add: buildEffort,
    expansion_search: searchEffort,
    multi: false,
  });
}

const oramaSchema = { label: 'number', embedding: `vector[${dimensions}]` } as const;

/** It has no file of its own: what it saves is an object, which is written as V8 writes objects. */
const orama: RetrievalSubject = {
  name: '@orama/orama',
  most: 100_000,
  present: () => import('@orama/orama'),
  async build(vectors, directory) {
    const { create, insert, save } = await import('@orama/orama');
    const database = create({ schema: oramaSchema });
    for (const [at, vector] of vectors.entries())
      await insert(database, { label: at + 1, embedding: Array.from(vector) });
    await writeFile(join(directory, 'index'), serialize(save(database)));
  },
  async load(directory) {
    const { create, load, searchVector } = await import('@orama/orama');
    const database = create({ schema: oramaSchema });
    load(database, deserialize(await readFile(join(directory, 'index'))));
    return async (vector) => {
      const found = await searchVector(database, {
        mode: 'vector',
        vector: { value: Array.from(vector), property: 'embedding' },
        similarity: -1,
        limit: 10,
      });
      return found.hits.map(({ document }) => document.label);
    };
  },
};

/** Its file is one text of JSON: 100,000 vectors would be longer than a string of V8 may be (512 MB). */
const vectra: RetrievalSubject = {
  name: 'vectra',
  most: 10_000,
  present: () => import('vectra'),
  async build(vectors, directory) {
    const { LocalIndex } = await import('vectra');
    const index = new LocalIndex(directory);
    await index.createIndex();
    await index.batchInsertItems(
      vectors.map((vector, at) => ({ id: `${at + 1}`, vector: Array.from(vector), metadata: {} })),
    );
  },
  async load(directory) {
    const { LocalIndex } = await import('vectra');
    const index = new LocalIndex(directory);
    await index.getIndexStats();
    return async (vector) => {
      const found = await index.queryItems(Array.from(vector), '', 10);
      return found.map(({ item }) => Number(item.id));
    };
  },
};

/** Ours below `exactBelow` chunks; also what the others' recall is judged by. */
const exact: RetrievalSubject = {
  name: 'every vector compared',
  most: 1_000_000,
  present: async () => {},
  build: async () => {},
  async load(directory, size) {
    const vectors = await new VectorFolder(join(directory, '..')).vectors();
    const corpus = corpusOf(size, vectors);
    const index = await ExactIndex.load(dimensions, await corpus.labels('', never), (labels) =>
      corpus.vectorsOf('', labels, never),
    );
    return (vector) => index.nearest(vector, 10).map(({ label }) => label);
  },
};

/** The exact search first: the others are judged by it. */
export const subjects: readonly RetrievalSubject[] = [exact, polyphon, bare, usearch, orama, vectra];

async function native() {
  const module = await loadNative();
  if (module === undefined) throw new Error('its native part is not built');
  return module;
}

export function keeperOf(corpus: Corpus, directory: string): IndexKeeper {
  return new IndexKeeper({
    tenantId: 'bench',
    corpus,
    embedding: { id: '', dimensions, embed: async () => [] },
    memory: createMemoryLedger(4e9),
    file: new IndexFile(directory),
    loadNative,
    exactBelow: 0,
    log: recordingLog(),
    signal: never,
  });
}

export async function folderOf(folder: VectorFolder, subject: RetrievalSubject): Promise<string> {
  const directory = folder.of(subject.name.replaceAll(/\W+/g, '-'));
  await mkdir(directory, { recursive: true });
  return directory;
}
