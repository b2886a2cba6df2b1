import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { GroupCommit } from '../../../core/store/group-commit.ts';
import { openLogFile } from '../../../core/store/log-file.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { FakeClock } from '../../kit/fake-clock.ts';
import { silentLog } from '../conversation/rig.ts';

/** A log whose syncs end when the test says so. */
function slowDisk() {
  const asked: PromiseWithResolvers<void>[] = [];
  return {
    asked,
    sync: () => {
      const one = Promise.withResolvers<void>();
      asked.push(one);
      return one.promise;
    },
  };
}

function table() {
  const sqlite = new BetterSqlite3(':memory:');
  sqlite.exec('CREATE TABLE said (word TEXT NOT NULL)');
  const insert = sqlite.prepare('INSERT INTO said VALUES (?)');
  const words = sqlite.prepare('SELECT word FROM said').pluck();
  return { sqlite, say: (word: string) => () => insert.run(word), words: () => words.all() };
}

it('tells nobody that something is stored before the disk has it', async () => {
  const disk = slowDisk();
  const { sqlite, say, words } = table();
  const commits = new GroupCommit(sqlite, new FakeClock(), disk);
  const told: string[] = [];
  const first = commits.write(say('one'), () => told.push('published')).then(() => told.push('resolved'));
  await nextTick();
  await nextTick();
  expect([words(), told]).toEqual([['one'], []]);
  disk.asked[0]?.resolve();
  await first;
  expect(told).toEqual(['published', 'resolved']);
});

it('says what can be read before the disk has it to who asks for that, in the order of the jobs, and of no job that failed', async () => {
  const disk = slowDisk();
  const { sqlite, say, words } = table();
  const commits = new GroupCommit(sqlite, new FakeClock(), disk);
  const told: string[] = [];
  const write = (word: string, job: () => unknown) =>
    commits.write(
      job,
      () => told.push(`${word} durable`),
      () => told.push(`${word} visible of ${words().length}`),
    );
  const all = [write('one', say('one')), write('two', say('two'))];
  const failing = write('three', () => {
    throw new Error('failed on purpose');
  });
  await expect(failing).rejects.toThrow('failed on purpose');
  expect(told).toEqual(['one visible of 2', 'two visible of 2']);
  disk.asked[0]?.resolve();
  await Promise.all(all);
  expect(told.slice(2)).toEqual(['one durable', 'two durable']);
});

it('commits some milliseconds apart while the disk is at work, gathers what comes in between, and syncs all of it together', async () => {
  const disk = slowDisk();
  const { sqlite, say, words } = table();
  const clock = new FakeClock();
  const commits = new GroupCommit(sqlite, clock, disk);
  const all = [commits.write(say('one'))];
  await nextTick();
  for (const word of ['two', 'three', 'four']) {
    all.push(commits.write(say(word)));
    await nextTick();
  }
  expect([words(), disk.asked.length]).toEqual([['one', 'two'], 1]);
  await clock.advance(5);
  all.push(commits.write(say('five')));
  await nextTick();
  expect([words(), disk.asked.length]).toEqual([['one', 'two', 'three', 'four', 'five'], 1]);
  all.push(commits.write(say('six')));
  await nextTick();
  disk.asked[0]?.resolve();
  await all[0];
  let told = 0;
  expect(words()).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
  for (const one of all.slice(1)) void one.then(() => (told += 1));
  await nextTick();
  expect([told, disk.asked.length]).toEqual([0, 2]);
  disk.asked[1]?.resolve();
  await Promise.all(all);
  expect(told).toBe(5);
});

it('undoes a job that throws and nothing else of its tick', async () => {
  const { sqlite, say, words } = table();
  const commits = new GroupCommit(sqlite, new FakeClock());
  const told: string[] = [];
  const failing = (): never => {
    say('half')();
    throw new Error('no');
  };
  const jobs = [say('one'), failing, say('two'), failing, say('three')];
  const outcomes = await Promise.allSettled(jobs.map((job, index) => commits.write(job, () => told.push(`${index}`))));
  expect(words()).toEqual(['one', 'two', 'three']);
  expect(told).toEqual(['0', '2', '4']);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { message: 'no' } });
  expect(commits.failing).toBe(false);
  await commits.write(say('four'));
  expect(words()).toHaveLength(4);
});

it('refuses all that follows a sync that failed, because what the disk has is unknown', async () => {
  const disk = slowDisk();
  const { sqlite, say } = table();
  const commits = new GroupCommit(sqlite, new FakeClock(), disk);
  const first = commits.write(say('one'));
  await nextTick();
  const second = commits.write(say('two'));
  disk.asked[0]?.reject(Object.assign(new Error('input/output error'), { code: 'EIO' }));
  const refused = { code: 'STO7002', message: expect.stringMatching(/EIO.*restart/) };
  await expect(first).rejects.toMatchObject(refused);
  await expect(second).rejects.toMatchObject(refused);
  await expect(commits.write(say('three'))).rejects.toMatchObject(refused);
  expect([commits.failing, disk.asked.length]).toEqual([true, 1]);
});

it('commits nothing while it is held, all of it afterwards in its order, and closes no sooner', async () => {
  const { sqlite, say, words } = table();
  const commits = new GroupCommit(sqlite, new FakeClock());
  const held = commits.hold();
  const all = [commits.write(say('one')), commits.write(say('two'))];
  let closed = false;
  const closing = commits.close().then(() => (closed = true));
  await nextTick();
  await nextTick();
  expect([words(), closed]).toEqual([[], false]);
  held[Symbol.dispose]();
  await Promise.all([...all, closing]);
  expect(words()).toEqual(['one', 'two']);
  held[Symbol.dispose]();
});

it('closes when all that was asked for is on the disk', async () => {
  const disk = slowDisk();
  const { sqlite, say, words } = table();
  const commits = new GroupCommit(sqlite, new FakeClock(), disk);
  const first = commits.write(say('one'));
  await nextTick();
  const second = commits.write(say('two'));
  let closed = false;
  const closing = commits.close().then(() => {
    closed = true;
  });
  await expect(commits.write(say('late'))).rejects.toMatchObject({ code: 'STO7002' });
  disk.asked[0]?.resolve();
  await first;
  await nextTick();
  expect([closed, words()]).toEqual([false, ['one', 'two']]);
  disk.asked[1]?.resolve();
  await Promise.all([second, closing]);
});

it('syncs the log of a real database, and closing the log leaves the locks of the database alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const sqlite = new BetterSqlite3(path);
  onTestFinished(() => void sqlite.close());
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec('CREATE TABLE said (word TEXT NOT NULL)');
  const log = openLogFile(path);
  await log.sync();
  sqlite.exec('BEGIN IMMEDIATE');
  await log[Symbol.asyncDispose]();
  const other = new BetterSqlite3(path, { timeout: 0 });
  onTestFinished(() => void other.close());
  expect(() => other.exec('BEGIN IMMEDIATE')).toThrow('locked');
  sqlite.exec('ROLLBACK');
  await expect(log.sync()).rejects.toThrow();
});

it('says that the store refuses only where it may take the same later', async () => {
  const { sqlite, say, words } = table();
  const commits = new GroupCommit(sqlite, new FakeClock());
  const refused = (code: string) => () => {
    throw Object.assign(new Error('refused'), { code });
  };
  const [full, mistake, kept] = [
    commits.write(refused('SQLITE_FULL')),
    commits.write(refused('SQLITE_ERROR')),
    commits.write(say('one')),
  ];
  await expect(full).rejects.toMatchObject({
    code: 'STO7002',
    retryAfterMs: 1000,
    message: expect.stringContaining('The disk is full: free some space'),
  });
  await expect(mistake).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
  await kept;
  expect(words()).toEqual(['one']);
});

it('waits for another process that writes without holding up everything else, for five seconds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-busy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  const clock = new FakeClock();
  await using store = await openStore({ path, clock, log: silentLog });
  const other = new BetterSqlite3(path);
  onTestFinished(() => void other.close());
  const ran: string[] = [];
  other.exec('BEGIN IMMEDIATE');
  const first = store.write(() => ran.push('first'));
  const second = nextTick().then(() => store.write(() => ran.push('second')));
  await clock.advance(4000);
  expect(ran).toEqual([]);
  other.exec('ROLLBACK');
  await clock.advance(20);
  await Promise.all([first, second]);
  expect(ran).toEqual(['first', 'second']);
  other.exec('BEGIN IMMEDIATE');
  const refused = store.write(() => ran.push('third')).catch((error: unknown) => error);
  await clock.advance(5100);
  expect(await refused).toMatchObject({ code: 'STO7002' });
  other.exec('ROLLBACK');
  await store.write(() => ran.push('fourth'));
  expect(ran).toEqual(['first', 'second', 'fourth']);
});
