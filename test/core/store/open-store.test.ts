import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };

it('keeps the last applied revision of each tenant apart', async () => {
  await using store = await openStore({ path: ':memory:', clock: systemClock, log });
  expect(store.forTenant('a').revisions.last()).toBeUndefined();
  await store.write(() => store.forTenant('a').revisions.record({ revision: 'r1', canonical: { name: 'A' } }));
  expect(store.forTenant('a').revisions.last()).toMatchObject({ revision: 'r1', canonical: { name: 'A' } });
  expect(store.forTenant('b').revisions.last()).toBeUndefined();
});

it.skipIf(process.platform === 'win32')(
  'is for the user who runs it alone, and leaves the rights of a file that is there',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
    try {
      const path = join(folder, 'store.db');
      const rights = () => readdirSync(folder).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
      {
        await using store = await openStore({ path, clock: systemClock, log });
        await store.write(() => undefined);
        expect(rights()).toEqual(['600', '600', '600']);
      }
      chmodSync(path, 0o640);
      await using _ = await openStore({ path, clock: systemClock, log });
      expect(new Set(rights())).toEqual(new Set(['640']));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

it('reads several things as they were at one moment, also within a write, and goes on after a read that throws', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  try {
    const path = join(folder, 'store.db');
    await using store = await openStore({ path, clock: systemClock, log });
    await using other = await openStore({ path, clock: systemClock, log });
    const record = (where: typeof store, revision: string) =>
      where.write(() => where.forTenant('a').revisions.record({ revision, canonical: {} }));
    const last = () => store.forTenant('a').revisions.last()?.revision;
    await record(store, 'r1');
    const beside = new BetterSqlite3(path);
    const seen = store.read(() => {
      const before = last();
      beside.prepare("UPDATE revisions SET revision = 'r2'").run();
      return [before, last()];
    });
    beside.close();
    expect([seen, last()]).toEqual([['r1', 'r1'], 'r2']);
    expect(() =>
      store.read(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(await store.write(() => store.read(last))).toBe('r2');
    await record(other, 'r3');
    expect(store.read(last)).toBe('r3');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('says whether it takes writes and whether its file is whole', async () => {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const store = await openStore({ path: ':memory:', clock, log });
  const { signal } = new AbortController();
  expect([await store.check(signal), await store.verify(signal)]).toEqual(['ok', 'ok']);
  await store[Symbol.asyncDispose]();
  // The answer is a second old at most.
  nowMs += 1000;
  expect(await store.check(signal)).toContain('closed');
});

it('says of a damaged file that it is damaged, and what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  try {
    const path = join(folder, 'store.db');
    await (await openStore({ path, clock: systemClock, log }))[Symbol.asyncDispose]();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xa5, 4096, 60_000));
    await expect(openStore({ path, clock: systemClock, log })).rejects.toMatchObject({
      code: 'STO7004',
      message: expect.stringMatching(/is damaged\..*last backup.*polyphon doctor/),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('keeps what was written over a restart, and refuses a file that is not its own or is newer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  try {
    const path = join(folder, 'deep', 'store.db');
    const first = await openStore({ path, clock: systemClock, log });
    await first.write(() => first.forTenant('a').revisions.record({ revision: 'r1', canonical: {} }));
    await first[Symbol.asyncDispose]();
    const second = await openStore({ path, clock: systemClock, log });
    expect(second.forTenant('a').revisions.last()?.revision).toBe('r1');
    await second[Symbol.asyncDispose]();
    const raw = new BetterSqlite3(path);
    raw.exec(`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', '2030-01-01')`);
    raw.close();
    await expect(openStore({ path, clock: systemClock, log })).rejects.toMatchObject({ code: 'STO7003' });
    const strange = join(folder, 'strange.db');
    writeFileSync(strange, 'this is a letter and not a database, and it is long enough to be read as one'.repeat(20));
    await expect(openStore({ path: strange, clock: systemClock, log })).rejects.toMatchObject({ code: 'STO7001' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
