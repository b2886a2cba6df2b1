import { migrationOf } from './migration-of.ts';

/** Digests of the platforms' ids of what was erased, so that it is known when it comes again. */
export const erasedMessages = migrationOf(
  `CREATE TABLE erased_messages (
    tenant_id TEXT NOT NULL, digest BLOB NOT NULL, received_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, digest)
  ) WITHOUT ROWID`,
);
