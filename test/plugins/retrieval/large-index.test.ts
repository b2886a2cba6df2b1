import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryLedger } from '../../../core/knowledge/memory-ledger.ts';
import { IndexFile } from '../../../plugins/retrieval/hnsw/index-file.ts';
import { IndexKeeper } from '../../../plugins/retrieval/hnsw/index-keeper.ts';
import { loadNative } from '../../../plugins/retrieval/hnsw/native.ts';
import { type Bench, never, openHashed, openRetrieval } from '../../core/knowledge/tenant-knowledge.ts';
import { directory, ingest, nativeOrSkip, openBench, smallTable, table } from './hnsw-bench.ts';

describe('a large index', () => {
  async function keeper(
    bench: Bench,
    cacheDirectory: string,
    { tenantId = 'praxis', native = loadNative, memory = createMemoryLedger(1_000_000_000) } = {},
  ) {
    const made = new IndexKeeper({
      tenantId,
      corpus: bench.knowledge.corpus(tenantId),
      embedding: await openHashed(),
      memory,
      file: new IndexFile(cacheDirectory),
      loadNative: native,
      exactBelow: 50,
      log: bench.log,
      signal: never,
    });
    onTestFinished(() => made[Symbol.asyncDispose]());
    return made;
  }
  const question = async () =>
    (await (await openHashed()).embed(['Parkplatz in Leipzig'], 'query', never))[0] ?? new Float32Array();

  it('finds what comparing with every vector finds, first built and then read from its file', async (context) => {
    await nativeOrSkip(context);
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    const cache = await directory();
    const built = await keeper(bench, cache);
    const vector = await question();
    const exact = (await built.current(never))?.nearest(vector, 10);
    expect(built.index?.engine).toBe('exact');
    await built.settled();
    expect(built.index?.engine).toBe('hnsw');
    const labels = (found: typeof exact) => found?.map(({ label }) => label).sort();
    expect(labels(built.index?.nearest(vector, 10))).toEqual(labels(exact));

    const read = await keeper(bench, cache);
    const index = await read.current(never);
    expect(index?.engine).toBe('hnsw');
    expect(labels(index?.nearest(vector, 10))).toEqual(labels(exact));
    expect(bench.log.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('that is to take the place of another is whole when it is ready, or says that it cannot be', async (context) => {
    await nativeOrSkip(context);
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    const cache = await directory();
    const built = await keeper(bench, cache);
    await built.whole(never);
    expect(built.index).toMatchObject({ engine: 'hnsw', size: 100 });
    const read = await keeper(bench, cache);
    await read.whole(never);
    expect(read.index).toMatchObject({ engine: 'hnsw', size: 100 });
    await ingest(bench, [table(smallTable('Kosten'))]);
    await read.whole(never);
    expect(await bench.knowledge.corpus('praxis').labels((await openHashed()).id, never)).toEqual(
      [...((read.index as unknown as { readonly labels: ReadonlySet<number> })?.labels ?? [])].sort((a, b) => a - b),
    );

    const blocked = join(cache, 'file');
    await writeFile(blocked, '');
    await expect((await keeper(bench, blocked)).whole(never)).rejects.toThrow('could not be built');
  });

  it('counts beside the one it is to follow, until that one closes', async () => {
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    const memory = createMemoryLedger(1_000_000_000);
    const [older, newer] = [await openHashed(), await openHashed(256)];
    const request = { tenantId: 'praxis', embedding: newer, definition: {}, onServing: async () => {} };
    const config = { exactBelow: 50 };
    await using before = await openRetrieval(bench, 'praxis', { embedding: older, memory, config });
    await before.retrieval.prepare?.(never);
    const one = memory.bytes;
    expect(one).toBeGreaterThan(100 * 512 * 4);
    await using after = await openRetrieval(bench, 'praxis', { embedding: newer, memory, config });
    const prepare = async () => after.retrieval.prepare?.(never);
    expect(await bench.knowledge.backfill({ ...request, prepare }, never)).toEqual({ made: 100, missing: 0 });
    expect(memory.entries).toBe(2);
    expect(memory.bytes).toBeGreaterThan(one + 100 * 256 * 4);
    await before[Symbol.asyncDispose]();
    expect(memory.entries).toBe(1);
    const [best] = await after.retrieval.search({ text: 'Parkplatz Leipzig' }, never);
    expect(best?.text).toContain('Parkplatz Beratung in Leipzig');
  });

  it('takes up new chunks and drops the gone ones', async (context) => {
    await nativeOrSkip(context);
    const bench = await openBench();
    await ingest(bench, [
      table(smallTable('Beratung')),
      { id: 'extra.md', content: 'Ein Fahrradkeller ist vorhanden.' },
    ]);
    const kept = await keeper(bench, await directory());
    await kept.current(never);
    await kept.settled();
    expect(kept.index?.size).toBe(101);
    await ingest(bench, [table(smallTable('Beratung')), { id: 'other.md', content: 'Der Aufzug fährt bis zum Dach.' }]);
    await kept.current(never);
    await kept.settled();
    expect(kept.index?.size).toBe(101);
    const [vector] = await (await openHashed()).embed(['Aufzug Dach Fahrradkeller'], 'query', never);
    const [nearest] = kept.index?.nearest(vector ?? new Float32Array(), 1) ?? [];
    const [passage] = await bench.knowledge.corpus('praxis').passages([nearest?.label ?? 0], never);
    expect(passage?.document).toBe('other.md');
    await ingest(bench, [table(smallTable('Anfrage'))]);
    await kept.current(never);
    await kept.settled();
    expect([kept.index?.engine, kept.index?.size]).toEqual(['hnsw', 100]);
  });

  it('gives way to comparing every vector where few chunks are left, with its memory and its file', async (context) => {
    await nativeOrSkip(context);
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    const cache = await directory();
    const memory = createMemoryLedger(1_000_000_000);
    const kept = await keeper(bench, cache, { memory });
    await kept.whole(never);
    expect(kept.index?.engine).toBe('hnsw');
    await ingest(bench, [table(smallTable('Beratung').split('\n').slice(0, 31).join('\n'))]);
    expect(await kept.current(never)).toMatchObject({ engine: 'exact', size: 30 });
    await kept.settled();
    expect(memory).toMatchObject({ entries: 1, bytes: kept.index?.bytes });
    expect(await readdir(cache)).toEqual([]);
    const loaded = kept.index;
    expect(await kept.current(never)).toBe(loaded);
    await ingest(bench, [table(smallTable('Beratung'))]);
    await kept.whole(never);
    expect(kept.index).toMatchObject({ engine: 'hnsw', size: 100 });
  });

  it('is built anew, and smaller, where most of a large one is gone', async (context) => {
    await nativeOrSkip(context);
    const bench = await openBench();
    await ingest(
      bench,
      ['Beratung', 'Auskunft', 'Anfrage'].map((words) => ({ ...table(smallTable(words)), id: words })),
    );
    const cache = await directory();
    const kept = await keeper(bench, cache);
    await kept.whole(never);
    const before = { bytes: kept.index?.bytes ?? 0, file: (await stat(new IndexFile(cache).path)).size };
    await ingest(bench, [table(smallTable('Beratung'))]);
    await kept.whole(never);
    expect(kept.index).toMatchObject({ engine: 'hnsw', size: 100 });
    expect(kept.index?.bytes).toBeLessThan(before.bytes);
    expect((await stat(new IndexFile(cache).path)).size).toBeLessThan(before.file / 2);
    expect(kept.index?.nearest(await question(), 10)).toHaveLength(10);
  });

  it('is compared vector by vector where the native part is missing', async () => {
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    const kept = await keeper(bench, await directory(), { native: async () => undefined });
    expect((await kept.current(never))?.engine).toBe('exact');
    await kept.settled();
    expect(kept.index?.engine).toBe('exact');
  });

  it.for([
    ['a flipped bit in the first kilobyte', async (path: string) => flip(path, 40)],
    ['a flipped bit in the middle', async (path: string) => flip(path, 100_000)],
    ['a truncated file', async (path: string) => writeFile(path, (await readFile(path)).subarray(0, 5000))],
    ['an empty file', async (path: string) => writeFile(path, '')],
    ['a missing file', async (path: string) => rm(path)],
    ['a missing sidecar', async (path: string) => rm(path.replace('.hnsw', '.json'))],
    ['a sidecar that is no JSON', async (path: string) => writeFile(path.replace('.hnsw', '.json'), '{"format":1')],
    [
      'a sidecar of another kind',
      async (path: string) => writeFile(path.replace('.hnsw', '.json'), '{"format":3,"labels":["x"]}'),
    ],
  ] as const)(
    'with %s is not loaded: exact search answers and the file is built again',
    async ([what, spoil], context) => {
      await nativeOrSkip(context);
      const bench = await openBench();
      await ingest(bench, [table(smallTable('Beratung'))]);
      const cache = await directory();
      const first = await keeper(bench, cache);
      await first.current(never);
      await first.settled();
      const path = new IndexFile(cache).path;
      const whole = await readFile(path);
      await spoil(path);

      const second = await keeper(bench, cache);
      expect((await second.current(never))?.engine).toBe('exact');
      await second.settled();
      expect(second.index?.engine).toBe('hnsw');
      expect((await readFile(path)).length).toBe(whole.length);
      const reason = what.startsWith('a missing') ? 'missing' : 'damaged';
      const told = bench.log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason']);
      expect(told).toEqual([reason]);
      expect(bench.log.lines.some((line) => line.level === 'error')).toBe(false);
    },
  );

  it('of another tenant is not loaded', async () => {
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))], 'other');
    await ingest(bench, [table(smallTable('Auskunft'))], 'praxis');
    const foreign = await directory();
    const theirs = await keeper(bench, foreign, { tenantId: 'other' });
    await theirs.current(never);
    await theirs.settled();
    const own = await directory();
    await cp(foreign, own, { recursive: true });
    const kept = await keeper(bench, own);
    const found = (await kept.current(never))?.nearest(await question(), 5) ?? [];
    const passages = await bench.knowledge.corpus('praxis').passages(
      found.map(({ label }) => label),
      never,
    );
    expect(passages).toHaveLength(5);
    await kept.settled();
    // Without hnswlib-node no file is looked at, and this holds by exact search.
    const looks = (await loadNative()) === undefined ? 0 : 1;
    expect(bench.log.lines.filter(({ fields }) => fields['reason'] === 'foreign')).toHaveLength(looks);
  });

  it('gives its memory back when the ledger asks, and is loaded again by the next question', async () => {
    const bench = await openBench();
    await ingest(bench, [table(smallTable('Beratung'))]);
    const memory = createMemoryLedger(250_000);
    await using open = await openRetrieval(bench, 'praxis', { memory });
    await open.retrieval.search({ text: 'Krone in Berlin' }, never);
    expect(memory.bytes).toBeGreaterThan(100 * 512 * 2);
    const other = memory.hold(200_000, () => {});
    expect(open.retrieval.status()).toMatchObject({ engine: 'lexical', bytes: 0 });
    expect(memory.bytes).toBe(200_000);
    other[Symbol.dispose]();
    expect(await open.retrieval.search({ text: 'Krone in Berlin' }, never)).not.toEqual([]);
    await open[Symbol.asyncDispose]();
    expect(memory.bytes).toBe(0);
  });
});

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  await writeFile(path, bytes);
}
