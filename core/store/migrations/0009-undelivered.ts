import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What may not have arrived is an operator's as much as what was given up: one list, and so one index. */
export const undelivered: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw('DROP INDEX outbox_dead').execute(db);
    await sql
      .raw(`CREATE INDEX outbox_undelivered ON outbox (tenant_id, seq) WHERE state IN ('dead', 'uncertain')`)
      .execute(db);
  },
};
