import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What models cost, by the price when they were used. The table is made anew because a key cannot be widened. */
const statements = [
  'ALTER TABLE sessions ADD COLUMN cost REAL NOT NULL DEFAULT 0',
  'ALTER TABLE usage RENAME TO usage_before',
  `CREATE TABLE usage (
    tenant_id TEXT NOT NULL, day TEXT NOT NULL, model TEXT NOT NULL, currency TEXT NOT NULL, turns INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost REAL NOT NULL,
    PRIMARY KEY (tenant_id, day, model, currency)
  ) WITHOUT ROWID`,
  `INSERT INTO usage SELECT tenant_id, day, model, '', turns, input_tokens, output_tokens, 0 FROM usage_before`,
  'DROP TABLE usage_before',
];

export const costs: Migration = {
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
