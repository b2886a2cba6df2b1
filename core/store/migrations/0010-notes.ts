import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a message that was sent came to in the platform's own measure. */
export const notes: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw('ALTER TABLE outbox ADD COLUMN note TEXT').execute(db);
  },
};
