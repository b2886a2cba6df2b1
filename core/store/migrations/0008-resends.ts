import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was being sent when the process ended is sent once more, and stays marked. */
export const resends: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw('ALTER TABLE outbox ADD COLUMN resends INTEGER NOT NULL DEFAULT 0').execute(db);
  },
};
