import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who wrote a message, where that is more than the contact, and what it answers. */
export const authors: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql.raw('ALTER TABLE messages ADD COLUMN author TEXT').execute(db);
    await sql.raw('ALTER TABLE messages ADD COLUMN quotes TEXT').execute(db);
  },
};
