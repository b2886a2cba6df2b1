import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Corpus, Retrieval } from '../../core/contract/index.ts';
import { createMemoryLedger } from '../../core/knowledge/memory-ledger.ts';
import { ExactIndex } from '../../plugins/retrieval/hnsw/exact-index.ts';
import { IndexFile } from '../../plugins/retrieval/hnsw/index-file.ts';
import { IndexKeeper } from '../../plugins/retrieval/hnsw/index-keeper.ts';
import { loadNative } from '../../plugins/retrieval/hnsw/native.ts';
import type { Neighbour } from '../../plugins/retrieval/hnsw/vector-index.ts';
import {
  listSource,
  never,
  openHashed,
  openKnowledge,
  openRetrieval,
  recordingLog,
} from '../core/knowledge/tenant-knowledge.ts';
import { type Bench, type Figure, quantile, residentMb } from './measure.ts';

const dimensions = 384;
const sizes = [1_000, 10_000, 100_000];
const questions = 300;
const tenants = { count: 1000, chunks: 500, active: 20, limitBytes: 512_000_000 };

/**
 * The index of one tenant beside the bare library and beside comparing with every vector, and a thousand tenants under a limit
 * of memory. Vectors lie around a thousand centres, as texts on topics do.
 */
export const bench: Bench = {
  name: 'retrieval',
  run: async () => {
    const figures: Figure[] = [];
    for (const size of sizes) figures.push(...(await measureIndex(size)));
    figures.push(...(await measureTenants()));
    return figures;
  },
};

async function measureIndex(size: number): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-index-'));
  try {
    const { vectors, asked } = makeVectors(size);
    const corpus = corpusOf(vectors);
    const exact = await ExactIndex.load(dimensions, await corpus.labels('', never), (labels) =>
      corpus.vectorsOf('', labels, never),
    );
    const truth = asked.map((vector) => new Set(exact.nearest(vector, 10).map(({ label }) => label)));
    const before = await residentMb();
    const builtMs = await timed(async () => {
      await using keeper = keeperOf(corpus, directory);
      await keeper.current(never);
      await keeper.settled();
    });
    await using keeper = keeperOf(corpus, directory);
    const loadMs = await timed(() => keeper.current(never));
    await keeper.settled();
    const index = keeper.index;
    if (index?.engine !== 'hnsw') throw new Error('no index was built');
    const after = await residentMb();
    const native = await loadNative();
    if (native === undefined) throw new Error('hnswlib-node is not there');
    const raw = new native.HierarchicalNSW('ip', dimensions);
    await raw.readIndex(new IndexFile(directory).path);
    raw.setEf(400);
    const rawSearch = (vector: Float32Array) => {
      const { neighbors } = raw.searchKnn(Array.from(vector), 10);
      return neighbors.map((label) => ({ label, cosine: 0 }));
    };
    // In turn, so that what else runs on the machine disturbs both alike.
    const [ours, bare] = compare(asked, truth, (vector) => index.nearest(vector, 10), rawSearch);
    const [compared] = compare(
      asked.slice(0, 50),
      truth,
      (vector) => exact.nearest(vector, 10),
      () => [],
    );
    const name = `${size} x ${dimensions}`;
    const judged = size === 100_000;
    return [
      { what: `${name}: build in a thread, with the file`, value: builtMs / 1000, unit: 's' },
      { what: `${name}: load`, value: loadMs, unit: 'ms' },
      { what: `${name}: resident memory, about`, value: after - before, unit: 'MB' },
      { what: `${name}: search p50`, value: ours.p50, unit: 'ms' },
      {
        what: `${name}: search p99`,
        value: ours.p99,
        unit: 'ms',
        ...(judged ? { goal: { op: '<=', value: 15 } as const } : {}),
      },
      { what: `${name}: recall@10`, value: ours.recall, unit: '', goal: { op: '>=', value: 0.95 } },
      { what: `${name}: bare hnswlib-node, p50`, value: bare.p50, unit: 'ms' },
      { what: `${name}: bare hnswlib-node, p99`, value: bare.p99, unit: 'ms' },
      { what: `${name}: bare hnswlib-node, recall@10`, value: bare.recall, unit: '' },
      {
        what: `${name}: over the bare library`,
        value: ours.mean / bare.mean,
        unit: 'times',
        goal: { op: '<=', value: 1.15 },
      },
      { what: `${name}: every vector compared, p50`, value: compared.p50, unit: 'ms' },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function keeperOf(corpus: Corpus, directory: string): IndexKeeper {
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

function compare(
  asked: readonly Float32Array[],
  truth: readonly ReadonlySet<number>[],
  ...searches: readonly ((vector: Float32Array) => readonly Neighbour[])[]
) {
  const times = searches.map((): number[] => []);
  const hits = searches.map(() => 0);
  for (const [at, vector] of asked.entries()) {
    for (const [which, search] of searches.entries()) {
      const from = performance.now();
      const found = search(vector);
      times[which]?.push(performance.now() - from);
      hits[which] = (hits[which] ?? 0) + found.filter(({ label }) => truth[at]?.has(label)).length;
    }
  }
  const figures = times.map((own, which) => ({
    p50: quantile(own, 0.5),
    p99: quantile(own, 0.99),
    mean: own.reduce((sum, ms) => sum + ms, 0) / own.length,
    recall: (hits[which] ?? 0) / (asked.length * 10),
  }));
  const [first, second] = figures;
  if (first === undefined || second === undefined) throw new Error('two searches are compared');
  return [first, second] as const;
}

/** The same in each run. */
function makeVectors(size: number) {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const centres = Array.from({ length: 1000 }, () => Float32Array.from({ length: dimensions }, next));
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

function corpusOf(vectors: readonly Float32Array[]): Corpus {
  const labels = vectors.map((_, at) => at + 1);
  async function* vectorsOf(_: string, wanted: readonly number[]) {
    for (const label of wanted) {
      const vector = vectors[label - 1];
      if (vector !== undefined) yield { label, vector };
    }
  }
  return {
    revision: async () => 1,
    count: async () => vectors.length,
    labels: async () => labels,
    vectorsOf,
    vectors: (embeddingId) => vectorsOf(embeddingId, labels),
    lexical: async () => [],
    passages: async () => [],
  };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

async function measureTenants(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-tenants-'));
  try {
    await using bench = await openKnowledge({ path: join(directory, 'polyphon.db') });
    const embedding = await openHashed();
    const names = Array.from({ length: tenants.count }, (_, at) => `tenant-${at}`);
    const ingestMs = await timed(async () => {
      for (const [at, tenantId] of names.entries()) {
        const rows = Array.from(
          { length: tenants.chunks },
          (_, row) => `${wordsOf(at * 7919 + row)},${20 + (row % 80)}`,
        );
        const file = { id: 'a.csv', content: `name,price\n${rows.join('\n')}`, mediaType: 'text/csv' };
        const sources = new Map([['docs', listSource([file])]]);
        await bench.knowledge.ingest({ tenantId, sources, embedding, languages: ['en'] }, { mode: 'apply' }, never);
      }
    });
    const memory = createMemoryLedger(tenants.limitBytes);
    const cold: number[] = [];
    const warm: number[] = [];
    let most = 0;
    await using opened = new AsyncDisposableStack();
    const retrievals: Retrieval[] = [];
    const ask = async (at: number, times: number[]) => {
      const query = { text: `price of ${wordsOf(at * 7919 + 3)}`, language: 'en' };
      times.push(await timed(async () => retrievals[at]?.search(query, never)));
      most = Math.max(most, memory.bytes);
    };
    // Twenty are asked again and again while the others come one by one.
    for (const [at, tenantId] of names.entries()) {
      retrievals.push(opened.use(await openRetrieval(bench, tenantId, { embedding, memory })).retrieval);
      await ask(at, cold);
      for (let active = Math.max(0, at - tenants.active); active < at; active += 1) await ask(active, warm);
    }
    const name = `${tenants.count} tenants x ${tenants.chunks} chunks`;
    return [
      { what: `${name}: all read`, value: ingestMs / 1000, unit: 's' },
      {
        what: `${name}: first question to a cold tenant, p95`,
        value: quantile(cold, 0.95),
        unit: 'ms',
        goal: { op: '<=', value: 150 },
      },
      { what: `${name}: later questions, p95`, value: quantile(warm, 0.95), unit: 'ms' },
      {
        what: `${name}: most memory in indexes`,
        value: most / 1e6,
        unit: 'MB',
        goal: { op: '<=', value: tenants.limitBytes / 1e6 },
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const syllables = ['ba', 'ke', 'li', 'mo', 'nu', 'ra', 'se', 'ti', 'vo', 'za'];

/** Made-up names, another for each number. */
function wordsOf(number: number): string {
  return [...`${number}`.padStart(6, '0')]
    .map((digit) => syllables[Number(digit)])
    .join('')
    .replace(/(.{6})/, '$1 ');
}
