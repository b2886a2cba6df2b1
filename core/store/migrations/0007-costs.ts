import { migrationOf } from './migration-of.ts';

/** What models cost, by the price when they were used. The table is made anew because a key cannot be widened. */
export const costs = migrationOf(
  'ALTER TABLE sessions ADD COLUMN cost REAL NOT NULL DEFAULT 0',
  'ALTER TABLE usage RENAME TO usage_before',
  `CREATE TABLE usage (
    tenant_id TEXT NOT NULL, day TEXT NOT NULL, model TEXT NOT NULL, currency TEXT NOT NULL, turns INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost REAL NOT NULL,
    PRIMARY KEY (tenant_id, day, model, currency)
  ) WITHOUT ROWID`,
  `INSERT INTO usage SELECT tenant_id, day, model, '', turns, input_tokens, output_tokens, 0 FROM usage_before`,
  'DROP TABLE usage_before',
);
