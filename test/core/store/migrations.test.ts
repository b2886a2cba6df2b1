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

it('keeps the usage and the sessions of a file from before costs were counted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-migrations-'));
  try {
    const path = join(folder, 'polyphon.db');
    const sqlite = new BetterSqlite3(path);
    const database = new Kysely<unknown>({
      dialect: new SqliteDialect({ database: sqlite }),
      plugins: [new CamelCasePlugin()],
    });
    const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
    expect((await migrator.migrateTo('0006-unanswered')).error).toBeUndefined();
    sqlite.exec(`INSERT INTO usage VALUES ('acme', '2026-11-20', 'fake', 3, 70, 30);
      INSERT INTO sessions (tenant_id, id, conversation_id, channel, state, metadata, turns, created_at, last_active_at)
      VALUES ('acme', 'ses_1', 'cnv_1', 'web', 'active', '{}', 2, 1, 1);`);
    await database.destroy();
    await using store = await openStore({ path, clock: new FakeClock(), log: silentLog });
    const { usage, sessions } = store.forTenant('acme');
    expect(usage.since('')).toEqual([
      { day: '2026-11-20', model: 'fake', currency: '', turns: 3, inputTokens: 70, outputTokens: 30, cost: 0 },
    ]);
    expect(usage.spent('2026-11-20', 'EUR')).toBe(0);
    expect(sessions.byId('ses_1')).toMatchObject({ turns: 2, cost: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
