import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { buildIndex } from '../../../plugins/retrieval/hnsw/index-builder.ts';
import { nativeOrSkip } from './hnsw-bench.ts';

async function* vectors() {
  for (let label = 1; label <= 2000; label += 1) yield { label, vector: new Float32Array(32).fill(1 / label) };
}

it('a build may be given up at any moment, also while its thread loads the native part', async (context) => {
  await nativeOrSkip(context);
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-builder-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const request = { dimensions: 32, expected: 2000, gone: [], path: join(directory, 'given-up') };
  for (let round = 0; round < 75; round += 1) {
    const stop = new AbortController();
    const building = buildIndex({ ...request, vectors: vectors() }, stop.signal);
    await Promise.race([sleep(15 + (round % 50)), building]);
    stop.abort(new Error('given up'));
    await building.catch((error: Error) => expect(error.message).toBe('given up'));
  }
  const path = join(directory, 'whole');
  expect(await buildIndex({ ...request, path, vectors: vectors() }, new AbortController().signal)).toHaveLength(2000);
}, 30_000);
