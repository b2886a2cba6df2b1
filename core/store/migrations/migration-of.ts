import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A migration that is a list of statements, one after the other. */
export function migrationOf(...statements: readonly string[]): Migration {
  return {
    up: async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
