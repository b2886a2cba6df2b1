import { migrationOf } from './migration-of.ts';

/** Old rows of the webhook log are found without reading a thousand that stay. */
export const refusedRequests = migrationOf(
  `CREATE INDEX webhook_log_refused ON webhook_log (tenant_id, seq) WHERE taken = 'rejected' OR status BETWEEN 400 AND 499`,
);
