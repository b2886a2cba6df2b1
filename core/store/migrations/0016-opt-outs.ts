import { migrationOf } from './migration-of.ts';

/** Digests of the addresses of people who want no messages and have been erased. */
export const optOuts = migrationOf(
  `CREATE TABLE opt_outs (
    tenant_id TEXT NOT NULL, digest BLOB NOT NULL, said_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, digest)
  ) WITHOUT ROWID`,
);
