import { migrationOf } from './migration-of.ts';

/** What may not have arrived is an operator's as much as what was given up: one list, and so one index. */
export const undelivered = migrationOf(
  'DROP INDEX outbox_dead',
  `CREATE INDEX outbox_undelivered ON outbox (tenant_id, seq) WHERE state IN ('dead', 'uncertain')`,
);
