import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import { ofLabels } from '../../../core/store/knowledge-rows.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { never, recordingLog } from '../knowledge/tenant-knowledge.ts';

async function openFile(): Promise<BetterSqlite3.Database> {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-embeddings-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'polyphon.db');
  await using store = await openStore({ path, clock: systemClock, log: recordingLog() });
  expect(await store.check(never)).toBe('ok');
  const sqlite = new BetterSqlite3(path, { readonly: true });
  onTestFinished(() => void sqlite.close());
  return sqlite;
}

const planOf = (sqlite: BetterSqlite3.Database, sql: string, values: object) =>
  (sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as readonly { readonly detail: string }[]).map(
    ({ detail }) => detail,
  );

it.each(['DELETE FROM chunks WHERE', 'DELETE FROM next_vectors WHERE', 'SELECT sum(words) FROM chunks WHERE'])(
  '`%s` some labels looks them up, and does not go through all rows of the tenant',
  async (statement) => {
    const plan = planOf(await openFile(), `${statement} ${ofLabels}`, { tenantId: 'a', labels: '[1]' });
    expect(plan[0]).toContain('USING INTEGER PRIMARY KEY (rowid=?)');
  },
);

it('labels of an embedding come from both tables in order, without being sorted', async () => {
  const one = (table: string) => `SELECT label FROM ${table} WHERE tenant_id = :t AND embedding_id = :e AND label > 0`;
  const union = `${one('chunks')} UNION ALL ${one('next_vectors')} ORDER BY label LIMIT 5`;
  const plan = planOf(await openFile(), union, { t: 'a', e: 'b' });
  expect(plan[0]).toBe('MERGE (UNION ALL)');
  expect(plan.join()).not.toContain('TEMP B-TREE');
});
