import { migrationOf } from './migration-of.ts';

/** Digests of addresses whose person wants no messages and was forgotten otherwise. */
export const optOuts = migrationOf(
  `CREATE TABLE opt_outs (
    tenant_id TEXT NOT NULL, digest BLOB NOT NULL, said_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, digest)
  ) WITHOUT ROWID`,
);
