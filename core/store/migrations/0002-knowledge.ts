import { migrationOf } from './migration-of.ts';

/** Documents, their chunks with vectors, and the postings for search by words. */
export const knowledge = migrationOf(
  `CREATE TABLE corpora (
    tenant_id TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, chunks INTEGER NOT NULL, words INTEGER NOT NULL,
    grams INTEGER NOT NULL, languages TEXT NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE documents (
    tenant_id TEXT NOT NULL, source TEXT NOT NULL, document TEXT NOT NULL, title TEXT NOT NULL, media_type TEXT NOT NULL, url TEXT,
    version TEXT NOT NULL, content_hash TEXT NOT NULL, fingerprint TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'failed')), error_code TEXT, error_message TEXT, chunks INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, source, document)
  ) WITHOUT ROWID`,
  `CREATE TABLE chunks (
    label INTEGER PRIMARY KEY AUTOINCREMENT, tenant_id TEXT NOT NULL, source TEXT NOT NULL, document TEXT NOT NULL,
    ordinal INTEGER NOT NULL, words INTEGER NOT NULL, grams INTEGER NOT NULL, embedding_id TEXT NOT NULL, language TEXT,
    page INTEGER, row INTEGER, headings TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL
  )`,
  'CREATE INDEX chunks_by_document ON chunks (tenant_id, source, document)',
  'CREATE INDEX chunks_by_embedding ON chunks (tenant_id, embedding_id)',
  `CREATE TABLE postings (
    tenant_id TEXT NOT NULL, term TEXT NOT NULL, segment INTEGER NOT NULL, entries BLOB NOT NULL,
    PRIMARY KEY (tenant_id, term, segment)
  ) WITHOUT ROWID`,
);
