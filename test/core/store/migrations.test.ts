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

const told: string[] = [];
const silentLog = {
  ...{ debug() {}, warn() {}, error() {}, with: () => silentLog },
  info: (words: string) => void told.push(words),
};

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
  const asked = [1, 2]
    .map(
      (
        one,
      ) => `INSERT INTO messages (tenant_id, id, conversation_id, session_id, turn_id, role, text, attachments, actions,
        citations, channel, created_at)
        VALUES ('acme', 'msg_${one}', 'cnv_1', 'ses_1', 'turn_${one}', 'contact', 'Why?', '[]', '[]', '[]', 'web', 5);`,
    )
    .join('');
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

it('finds everything of a file from before tenants shared the ends of indexes, and says that it is at work', async () => {
  const rows = ['acme', 'other'].map(
    (tenant) => `
      INSERT INTO messages (tenant_id, id, conversation_id, session_id, turn_id, role, text, attachments, actions, citations, channel, created_at, author)
      VALUES ('${tenant}', 'msg_1', 'cnv_1', 'ses_1', 'turn_1', 'contact', 'Of ${tenant}', '[]', '[]', '[]', 'sms', 5, '{"id":"ada","audience":"several"}');
      INSERT INTO turns VALUES (NULL, '${tenant}', 'turn_1', 'cnv_1', 'completed', 'answered', NULL, 'r1', NULL, '{}', 4, 5);
      INSERT INTO outbox (tenant_id, id, conversation_id, channel, message_id, payload, state, attempts, due_at, created_at)
      VALUES ('${tenant}', 'out_1', 'cnv_1', 'sms', 'msg_1', '{}', 'waiting', 0, 0, 5);
      INSERT INTO inbox (tenant_id, channel, conversation_id, external_id, message_id, turn_id, state, received_at)
      VALUES ('${tenant}', 'sms', 'cnv_1', 'SM1', 'msg_1', 'turn_1', 'done', 5);
      INSERT INTO contacts VALUES ('${tenant}', 'con_1', 'Ada', NULL, NULL, 1);
      INSERT INTO identities VALUES ('${tenant}', 'sms', 'ada', 'con_1', NULL, NULL);`,
  );
  told.length = 0;
  await using store = await openAfter('0017-pruning', rows.join('\n'));
  expect(told).toEqual([expect.stringContaining('brought up to date')]);
  const { messages, turns, outbox, inbox, personalData } = store.tenant;
  expect([messages.byId('msg_1')?.text, turns.byId('turn_1')?.id, outbox.byId('out_1')?.id]).toEqual([
    ...['Of acme', 'turn_1', 'out_1'],
  ]);
  expect(outbox.ofMessage('msg_1')).toHaveLength(1);
  expect(inbox.find('sms', 'cnv_1', 'SM1')?.messageId).toBe('msg_1');
  expect(personalData.export('con_1')?.['messages']).toMatchObject([{ text: 'Of acme' }]);
});

it('forgets what an earlier retention has left without its message, and nothing that waits', async () => {
  const sent = (id: string, message: string, state: string): string =>
    `INSERT INTO outbox (tenant_id, id, conversation_id, channel, message_id, payload, state, attempts, due_at, created_at)
     VALUES ('acme', '${id}', 'cnv_1', 'sms', '${message}', '{}', '${state}', 0, 0, 5);`;
  const turn = (id: string): string =>
    `INSERT INTO turns VALUES (NULL, 'acme', '${id}', 'cnv_1', 'silent', 'silent', NULL, 'r1', NULL, '{}', 4, 5);`;
  const said = `INSERT INTO messages (tenant_id, id, conversation_id, session_id, turn_id, role, text, attachments, actions, citations, channel, created_at)
    VALUES ('acme', 'msg_1', 'cnv_1', 'ses_1', 'turn_1', 'contact', 'Hello', '[]', '[]', '[]', 'sms', 5);`;
  const rows = [sent('out_1', 'msg_1', 'delivered'), sent('out_2', 'msg_0', 'dead'), sent('out_3', 'msg_0', 'waiting')];
  await using store = await openAfter('0018-shared-ends', [said, turn('turn_1'), turn('turn_0'), ...rows].join('\n'));
  const { turns, outbox } = store.tenant;
  expect(['turn_1', 'turn_0'].map((id) => turns.byId(id)?.id)).toEqual(['turn_1', undefined]);
  expect(['out_1', 'out_2', 'out_3'].map((id) => outbox.byId(id)?.id)).toEqual(['out_1', undefined, 'out_3']);
});

it('says nothing of a new file', async () => {
  told.length = 0;
  await using _ = await openStore({ path: ':memory:', clock: new FakeClock(), log: silentLog });
  expect(told).toEqual([]);
});
