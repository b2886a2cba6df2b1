import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Checkpoints } from '../../../core/store/checkpoints.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { FakeClock } from '../../kit/fake-clock.ts';
import { recordingLog } from '../knowledge/tenant-knowledge.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'polyphon-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** A database that copies nothing by itself, with so many pages in its log. */
function written(pages: number) {
  const path = join(folder(), 'store.db');
  const sqlite = new BetterSqlite3(path);
  onTestFinished(() => void sqlite.close());
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('wal_autocheckpoint = 0');
  sqlite.exec('CREATE TABLE notes (text TEXT)');
  const add = sqlite.prepare('INSERT INTO notes VALUES (?)');
  sqlite.transaction(() => {
    for (let page = 0; page < pages; page += 1) add.run('x'.repeat(4000));
  })();
  const copied = () => (sqlite.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[])[0];
  return { path, sqlite, copied };
}

it('copies a long log into the database, and ends its thread when nothing more comes', async () => {
  const { path, sqlite, copied } = written(1500);
  const clock = new FakeClock();
  await using checkpoints = new Checkpoints(sqlite, { path, clock, log: recordingLog() });
  checkpoints.look();
  await vi.waitFor(() => expect(copied()).toMatchObject({ checkpointed: copied()?.log }), 20_000);
  expect(copied()?.log).toBeGreaterThan(1500);
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  expect(checkpoints.running).toBe(true);
  await clock.advance(5000);
  expect(checkpoints.running).toBe(false);
  expect(sqlite.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1500);
});

it('starts no thread for a short log, nor looks twice within some milliseconds', async () => {
  const { path, sqlite } = written(10);
  await using checkpoints = new Checkpoints(sqlite, { path, clock: new FakeClock(), log: recordingLog() });
  checkpoints.look();
  const looks = vi.spyOn(sqlite, 'pragma');
  checkpoints.look();
  expect([checkpoints.running, looks.mock.calls]).toEqual([false, []]);
});

it('leaves it to SQLite where the thread cannot open the file, and says so once', async () => {
  const { path, sqlite } = written(1500);
  const log = recordingLog();
  const clock = new FakeClock();
  await using checkpoints = new Checkpoints(sqlite, { path: `${path}.other`, clock, log });
  checkpoints.look();
  await vi.waitFor(() => expect(log.lines.map(({ level }) => level)).toEqual(['warn']), 20_000);
  await clock.advance(1000);
  checkpoints.look();
  expect(checkpoints.running).toBe(false);
});

it('keeps what is written while a store copies, and when it is closed meanwhile', async () => {
  const path = join(folder(), 'store.db');
  let nowMs = 0;
  const clock = Object.assign(new FakeClock(), { monotonicMs: () => (nowMs += 20) });
  const store = await openStore({ path, clock, log: recordingLog() });
  const words = 'word '.repeat(1600);
  for (let round = 0; round < 700; round += 1)
    await store.write(() => store.forTenant('a').revisions.record({ revision: `r${round}`, canonical: { words } }));
  await store[Symbol.asyncDispose]();
  const again = new BetterSqlite3(path);
  onTestFinished(() => void again.close());
  expect(again.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(again.prepare('SELECT count(*) FROM revisions').pluck().get()).toBe(700);
});
