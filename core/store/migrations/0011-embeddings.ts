import { migrationOf } from './migration-of.ts';

/** Which embedding a tenant's search is served by, and the vectors of the one that is to follow it. */
export const embeddings = migrationOf(
  `CREATE TABLE served_embeddings (
    tenant_id TEXT NOT NULL PRIMARY KEY, embedding_id TEXT NOT NULL, definition TEXT NOT NULL, next_id TEXT, next_error_code TEXT,
    next_error_message TEXT
  ) WITHOUT ROWID`,
  `CREATE TABLE next_vectors (
    label INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, embedding_id TEXT NOT NULL, vector BLOB NOT NULL
  )`,
  'CREATE INDEX next_vectors_by_embedding ON next_vectors (tenant_id, embedding_id)',
);
