import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { crashIngest } from './crash-ingest.ts';

it('an ingest that is killed again and again leaves a whole file, and the next one each document once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-crash-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { caught, repaired } = await crashIngest(join(directory, 'polyphon.db'), 10);
  expect(caught).toBeGreaterThan(4);
  expect(repaired).toBe(2);
}, 120_000);
