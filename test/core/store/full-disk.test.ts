import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };
const script = fileURLToPath(new URL('fill-disk-process.ts', import.meta.url));

// A limit on the size of files stands for the disk: writing past it fails in the same way.
it('says on a full disk that it takes no writes, keeps what it acknowledged, and writes again when there is room', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polyphon-full-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const limited = `trap '' XFSZ; ulimit -f 8192; exec "$0" "$@"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script, path]);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({ before: 'ok', code: 'STO7002', status: 503, retryAfterMs: 1000 });
  expect(told.after).toContain('could not write');
  expect(told.acknowledged).toBeGreaterThan(10);
  expect(told.last).toBe(String(told.acknowledged));

  await using store = await openStore({ path, clock: systemClock, log });
  expect(store.forTenant('a').revisions.last()?.revision).toBe(told.last);
  const { signal } = new AbortController();
  expect([await store.check(signal), await store.verify(signal)]).toEqual(['ok', 'ok']);
});
