import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When each source that is listed in the background was last listed. */
export const sourceListings: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql
      .raw(
        `CREATE TABLE source_listings (
          tenant_id TEXT NOT NULL, source TEXT NOT NULL, definition TEXT NOT NULL, listed_at INTEGER NOT NULL,
          PRIMARY KEY (tenant_id, source)
        ) WITHOUT ROWID`,
      )
      .execute(db);
  },
};
