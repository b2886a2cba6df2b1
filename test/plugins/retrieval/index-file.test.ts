import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HnswIndex } from '../../../plugins/retrieval/hnsw/hnsw-index.ts';
import { IndexFile } from '../../../plugins/retrieval/hnsw/index-file.ts';
import { loadNative } from '../../../plugins/retrieval/hnsw/native.ts';
import { never } from '../../core/knowledge/tenant-knowledge.ts';
import { nativeOrSkip } from './hnsw-bench.ts';

const own = { tenantId: 'praxis', embeddingId: 'hashed', dimensions: 8 };
const labels = [11, 12, 13, 27];
/** hnswlib writes eight sizes of 8 bytes, two of 4, and three more of 8 before the vectors. */
const headerBytes = 96;

async function written(): Promise<IndexFile> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-index-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = new IndexFile(directory);
  const save = async (path: string) => {
    await writeVectors(path);
    return { format: 2, ...own, labels } as const;
  };
  await file.write(save, never);
  return file;
}

/** The check sums bytes and reads none of them, so that any will do where hnswlib-node is missing. */
async function writeVectors(path: string): Promise<void> {
  const native = await loadNative();
  if (native === undefined) {
    await writeFile(path, Buffer.alloc(3 * headerBytes, 'vectors'));
    return;
  }
  const index = new native.HierarchicalNSW('ip', own.dimensions);
  index.initIndex({ maxElements: 16, m: 16, efConstruction: 200 });
  for (const label of labels) {
    const vector = Array.from({ length: own.dimensions }, (_, at) => Math.cos(label + at));
    index.addPoint(vector, label);
  }
  await index.writeIndex(path);
}

/** What is said of the file with each of these bits flipped, one at a time. */
async function flipped(file: IndexFile, path: string, bytes: number): Promise<readonly string[]> {
  const whole = await readFile(path);
  const said: string[] = [];
  for (let bit = 0; bit < bytes * 8; bit += 1) {
    const spoilt = Buffer.from(whole);
    spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await writeFile(path, spoilt);
    const checked = await file.check(own, never);
    said.push('reason' in checked ? checked.reason : `bit ${bit} is not noticed`);
  }
  await writeFile(path, whole);
  return said;
}

describe('an index file', () => {
  it('that is whole is accepted, with its labels', async () => {
    const file = await written();
    expect(await file.check(own, never)).toEqual({ facts: { format: 2, ...own, labels } });
  });

  it('that is whole is read', async (context) => {
    const native = await nativeOrSkip(context);
    const file = await written();
    const index = await HnswIndex.read(native, file.path, { dimensions: own.dimensions, labels });
    expect(index?.size).toBe(labels.length);
  });

  it('is noticed to be damaged whichever bit of its header is flipped', async () => {
    const file = await written();
    const said = await flipped(file, file.path, headerBytes);
    expect(said).toHaveLength(768);
    expect(new Set(said)).toEqual(new Set(['damaged']));
    expect(await file.check(own, never)).toHaveProperty('facts');
  }, 180_000);

  it('is not used whichever bit beside it is flipped: its labels, its owner, its sum', async () => {
    const file = await written();
    const path = file.path.replace('.hnsw', '.json');
    const said = await flipped(file, path, (await readFile(path)).length);
    expect(new Set(said)).toEqual(new Set(['damaged', 'foreign']));
  }, 180_000);

  it('is noticed to be truncated wherever it ends', async () => {
    const file = await written();
    const whole = await readFile(file.path);
    const ends = [...Array.from({ length: headerBytes + 1 }, (_, at) => at), whole.length >> 1, whole.length - 1];
    for (const end of ends) {
      await writeFile(file.path, whole.subarray(0, end));
      expect(await file.check(own, never)).toEqual({ reason: 'damaged' });
    }
  });

  it('that is not there was never built, or is missing where only one of the two is gone', async () => {
    const [file, alone] = [await written(), await written()];
    await rm(file.path);
    expect(await file.check(own, never)).toEqual({ reason: 'missing' });
    await rm(alone.path.replace('.hnsw', '.json'));
    expect(await alone.check(own, never)).toEqual({ reason: 'missing' });
    await file.remove();
    expect(await file.check(own, never)).toEqual({ reason: 'none' });
  });

  it('of another tenant or embedding is foreign, and its vectors beside our facts are damage', async () => {
    const [ours, theirs] = [await written(), await written()];
    expect(await theirs.check({ ...own, tenantId: 'other' }, never)).toEqual({ reason: 'foreign' });
    expect(await theirs.check({ ...own, embeddingId: 'model' }, never)).toEqual({ reason: 'foreign' });
    const whole = await readFile(theirs.path);
    await writeFile(theirs.path, Buffer.concat([whole.subarray(0, -4), Buffer.from([1, 2, 3, 4])]));
    await cp(theirs.path, ours.path);
    expect(await ours.check(own, never)).toEqual({ reason: 'damaged' });
  });
});
