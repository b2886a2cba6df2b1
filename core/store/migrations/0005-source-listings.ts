import { migrationOf } from './migration-of.ts';

/** When each source that is listed in the background was last listed. */
export const sourceListings = migrationOf(
  `CREATE TABLE source_listings (
    tenant_id TEXT NOT NULL, source TEXT NOT NULL, definition TEXT NOT NULL, listed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, source)
  ) WITHOUT ROWID`,
);
