import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When a person wrote, by the platform's clock: its window counts from then, however late the platform told of it. */
export const heardAt: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw('ALTER TABLE inbox ADD COLUMN heard_at INTEGER').execute(db);
  },
};
