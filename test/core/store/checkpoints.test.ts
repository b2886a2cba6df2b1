import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Checkpoints } from '../../../core/store/checkpoints.ts';
import { GroupCommit } from '../../../core/store/group-commit.ts';
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
  await using checkpoints = new Checkpoints(sqlite, {
    path,
    commits: new GroupCommit(sqlite, new FakeClock()),
    clock,
    log: recordingLog(),
  });
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
  await using checkpoints = new Checkpoints(sqlite, {
    path,
    commits: new GroupCommit(sqlite, new FakeClock()),
    clock: new FakeClock(),
    log: recordingLog(),
  });
  checkpoints.look();
  const looks = vi.spyOn(sqlite, 'pragma');
  checkpoints.look();
  expect([checkpoints.running, looks.mock.calls]).toEqual([false, []]);
});

it('leaves it to SQLite where the thread cannot open the file, and says so once', async () => {
  const { path, sqlite } = written(1500);
  const log = recordingLog();
  const clock = new FakeClock();
  await using checkpoints = new Checkpoints(sqlite, {
    path: `${path}.other`,
    commits: new GroupCommit(sqlite, new FakeClock()),
    clock,
    log,
  });
  checkpoints.look();
  await vi.waitFor(() => expect(log.lines.map(({ level }) => level)).toEqual(['warn']), 20_000);
  // A thread that fails says so before it is gone.
  await vi.waitFor(() => expect(checkpoints.running).toBe(false), 20_000);
  await clock.advance(1000);
  checkpoints.look();
  expect(sqlite.pragma('wal_autocheckpoint', { simple: true })).toBe(4000);
  expect(checkpoints.running).toBe(false);
});

/** Counts the pauses in writing. */
function watchedCommits(sqlite: BetterSqlite3.Database) {
  const commits = new GroupCommit(sqlite, new FakeClock());
  const holds = vi.spyOn(commits, 'hold');
  return { commits, holds };
}

/** Each look is far enough from the one before. */
function hastyClock(): FakeClock {
  let nowMs = 0;
  return Object.assign(new FakeClock(), { monotonicMs: () => (nowMs += 1000) });
}

it('pauses writing while the end of a long log is copied, so that it begins anew, and keeps what comes meanwhile', async () => {
  const { path, sqlite, copied } = written(9000);
  const commits = new GroupCommit(sqlite, new FakeClock());
  const insert = sqlite.prepare('INSERT INTO notes VALUES (?)');
  const meanwhile = sqlite.prepare("SELECT count(*) FROM notes WHERE text = 'meanwhile'").pluck();
  const seen: unknown[] = [];
  const told: Promise<unknown>[] = [];
  const hold = commits.hold.bind(commits);
  vi.spyOn(commits, 'hold').mockImplementation(() => {
    told.push(commits.write(() => insert.run('meanwhile')));
    setImmediate(() => seen.push(meanwhile.get()));
    return hold();
  });
  await using checkpoints = new Checkpoints(sqlite, { path, commits, clock: hastyClock(), log: recordingLog() });
  let added = 0;
  // A log that is written without a pause would never be copied to its end.
  while (told.length === 0) {
    checkpoints.look();
    added += 1;
    await commits.write(() => insert.run('more'));
  }
  await Promise.all(told);
  expect(seen).toEqual([0]);
  expect(copied()?.log).toBeLessThan(100);
  expect(meanwhile.get()).toBe(1);
  expect(sqlite.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(9001 + added);
});

it('lets writing go on where somebody reads an old state, and does not pause again with each look', async () => {
  const { path, sqlite, copied } = written(9000);
  const reader = new BetterSqlite3(path);
  onTestFinished(() => void reader.close());
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM notes').get();
  const { commits, holds } = watchedCommits(sqlite);
  await using checkpoints = new Checkpoints(sqlite, { path, commits, clock: hastyClock(), log: recordingLog() });
  const add = sqlite.prepare('INSERT INTO notes VALUES (?)');
  const more = async (pages: number): Promise<void> => {
    for (let page = 0; page < pages; page += 100) {
      await commits.write(() => {
        for (let one = 0; one < 100; one += 1) add.run('x'.repeat(4000));
      });
      checkpoints.look();
    }
  };
  await more(2000);
  await vi.waitFor(() => expect(holds).toHaveBeenCalledTimes(1), 20_000);
  await more(3000);
  expect(copied()?.log).toBeGreaterThan(14_000);
  expect(holds).toHaveBeenCalledTimes(1);
});

it('writes on when the thread takes too long, and when it dies', async () => {
  const { path, sqlite } = written(9000);
  const { commits, holds } = watchedCommits(sqlite);
  const clock = hastyClock();
  const workers: Worker[] = [];
  const posted = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker) {
    workers.push(this);
  });
  onTestFinished(() => void posted.mockRestore());
  const checkpoints = new Checkpoints(sqlite, { path, commits, clock, log: recordingLog() });
  checkpoints.look();
  const [worker] = workers;
  // It has copied all but the end, and now says nothing.
  worker?.emit('message', { log: 9001, checkpointed: 8900 });
  expect(holds).toHaveBeenCalledTimes(1);
  const late = commits.write(() => sqlite.prepare("INSERT INTO notes VALUES ('late')").run());
  await clock.advance(250);
  await late;
  worker?.emit('message', { log: 9001, checkpointed: 9001 });
  // The log was not begun anew: the next pause is a long way off.
  checkpoints.look();
  worker?.emit('message', { log: 17_500, checkpointed: 17_500 });
  expect(holds).toHaveBeenCalledTimes(2);
  const held = commits.write(() => sqlite.prepare("INSERT INTO notes VALUES ('held')").run());
  await worker?.terminate();
  await held;
  posted.mockRestore();
  await checkpoints[Symbol.asyncDispose]();
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
