import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Old rows of the webhook log are found without reading a thousand that stay. */
export const refusedRequests: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql
      .raw(
        `CREATE INDEX webhook_log_refused ON webhook_log (tenant_id, seq) WHERE taken = 'rejected' OR status BETWEEN 400 AND 499`,
      )
      .execute(db);
  },
};
