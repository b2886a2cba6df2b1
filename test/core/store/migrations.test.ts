import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, it } from 'vitest';
import { migrations } from '../../../core/store/migrations/all.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { FakeClock } from '../../kit/index.ts';

const silentLog = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

/** A store over a file that an earlier release has left. */
async function openAfter(release: string, sql: string) {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-migrations-'));
  const path = join(folder, 'polyphon.db');
  const sqlite = new BetterSqlite3(path);
  const database = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: sqlite }),
    plugins: [new CamelCasePlugin()],
  });
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  expect((await migrator.migrateTo(release)).error).toBeUndefined();
  sqlite.exec(sql);
  await database.destroy();
  const store = await openStore({ path, clock: new FakeClock(), log: silentLog });
  return {
    tenant: store.forTenant('acme'),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

it('keeps the usage and the sessions of a file from before costs were counted', async () => {
  await using store = await openAfter(
    '0006-unanswered',
    `INSERT INTO usage VALUES ('acme', '2026-11-20', 'fake', 3, 70, 30);
      INSERT INTO sessions (tenant_id, id, conversation_id, channel, state, metadata, turns, created_at, last_active_at)
      VALUES ('acme', 'ses_1', 'cnv_1', 'web', 'active', '{}', 2, 1, 1);`,
  );
  const { usage, sessions } = store.tenant;
  expect(usage.since('')).toEqual([
    { day: '2026-11-20', model: 'fake', currency: '', turns: 3, inputTokens: 70, outputTokens: 30, cost: 0 },
  ]);
  expect(usage.spent('2026-11-20', 'EUR')).toBe(0);
  expect(sessions.byId('ses_1')).toMatchObject({ turns: 2, cost: 0 });
});

it('knows of turns from before their outcome was a column what came of them', async () => {
  const turn = (id: string, outcome: string, at: number): string =>
    `INSERT INTO turns VALUES ('acme', '${id}', 'cnv_1', 'completed', NULL, 'r1', NULL,
      '{"outcome":"${outcome}","channel":"web","language":"en"}', ${at - 1}, ${at});`;
  const asked = `INSERT INTO messages (tenant_id, id, conversation_id, session_id, turn_id, role, text, attachments, actions,
    citations, channel, created_at) VALUES ('acme', 'msg_1', 'cnv_1', 'ses_1', 'turn_2', 'contact', 'Why?', '[]', '[]', '[]', 'web', 5);`;
  await using store = await openAfter(
    '0010-notes',
    turn('turn_1', 'answered', 4) + turn('turn_2', 'unknown', 6) + asked,
  );
  const { turns, statistics, unanswered } = store.tenant;
  expect(turns.byId('turn_2')).toMatchObject({ state: 'completed', outcome: 'unknown', startedAt: 5, completedAt: 6 });
  expect(statistics.turns(0)).toEqual([
    { channel: 'web', outcome: 'answered', count: 1 },
    { channel: 'web', outcome: 'unknown', count: 1 },
  ]);
  expect(unanswered.since(0, 5)).toMatchObject([{ turn: 'turn_2', text: 'Why?' }]);
});
