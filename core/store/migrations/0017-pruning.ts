import { migrationOf } from './migration-of.ts';

/** What nobody needs any more is found by its age. Of a status that has found its message nothing is to be found: it goes with that. */
export const pruning = migrationOf(
  'ALTER TABLE delivery_statuses ADD COLUMN matched INTEGER NOT NULL DEFAULT 0',
  'CREATE INDEX delivery_statuses_unmatched ON delivery_statuses (tenant_id, at) WHERE matched = 0',
  'CREATE INDEX erased_messages_by_age ON erased_messages (tenant_id, received_at)',
);
