import type BetterSqlite3 from 'better-sqlite3';
import type { StoredChunk, StoredDocument } from './knowledge-records.ts';

export interface DocumentRow {
  readonly source: string;
  readonly document: string;
  readonly title: string;
  readonly mediaType: string;
  readonly url: string | null;
  readonly version: string;
  readonly contentHash: string;
  readonly fingerprint: string;
  readonly state: 'ready' | 'failed';
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly chunks: number;
  readonly readAt: number;
}

export interface ChunkRow {
  readonly label: number;
  readonly source: string;
  readonly document: string;
  readonly ordinal: number;
  readonly title: string;
  readonly url: string | null;
  readonly text: string;
  readonly headings: string;
  readonly language: string | null;
  readonly page: number | null;
  readonly row: number | null;
}

export const chunkColumns = `c.label, c.source, c.document, c.ordinal, d.title, d.url, c.text, c.headings, c.language, c.page, c.row`;
export const chunkJoin =
  'JOIN documents d ON d.tenant_id = c.tenant_id AND d.source = c.source AND d.document = c.document';

/** Rows of `@labels`. With the plus a label is looked up; without it SQLite goes through all rows of the tenant. */
export const ofLabels = '+tenant_id = @tenantId AND label IN (SELECT value FROM json_each(@labels))';

type StatementName =
  | 'figures'
  | 'setFigures'
  | 'documents'
  | 'putDocument'
  | 'forgetVersions'
  | 'deleteDocument'
  | 'sums'
  | 'insertChunk'
  | 'deleteChunks'
  | 'deleteNext'
  | 'vectors'
  | 'vectorsOf'
  | 'labels'
  | 'chunks'
  | 'chunksOf';
export type KnowledgeStatements = Readonly<Record<StatementName, BetterSqlite3.Statement>>;

export function statementsOf(sqlite: BetterSqlite3.Database): KnowledgeStatements {
  return {
    figures: sqlite.prepare(
      'SELECT revision, chunks, words, grams, languages FROM corpora WHERE tenant_id = @tenantId',
    ),
    setFigures: sqlite.prepare(
      `INSERT INTO corpora (tenant_id, revision, chunks, words, grams, languages)
       VALUES (@tenantId, @revision, @chunks, @words, @grams, @languages)
       ON CONFLICT DO UPDATE SET revision = @revision, chunks = @chunks, words = @words, grams = @grams, languages = @languages`,
    ),
    documents: sqlite.prepare(
      `SELECT source, document, title, media_type AS mediaType, url, version, content_hash AS contentHash, fingerprint, state,
       error_code AS errorCode, error_message AS errorMessage, chunks, read_at AS readAt
       FROM documents WHERE tenant_id = @tenantId ORDER BY source, document`,
    ),
    putDocument: sqlite.prepare(
      `INSERT OR REPLACE INTO documents (tenant_id, source, document, title, media_type, url, version, content_hash, fingerprint,
       state, error_code, error_message, chunks, read_at)
       VALUES (@tenantId, @source, @document, @title, @mediaType, @url, @version, @contentHash, @fingerprint, @state, @errorCode,
       @errorMessage, @chunks, @readAt)`,
    ),
    forgetVersions: sqlite.prepare(
      "UPDATE documents SET version = '', content_hash = '', fingerprint = '' WHERE tenant_id = @tenantId",
    ),
    deleteDocument: sqlite.prepare(
      'DELETE FROM documents WHERE tenant_id = @tenantId AND source = @source AND document = @document',
    ),
    sums: sqlite.prepare(
      `SELECT count(*) AS chunks, coalesce(sum(words), 0) AS words, coalesce(sum(grams), 0) AS grams
       FROM chunks WHERE ${ofLabels}`,
    ),
    insertChunk: sqlite.prepare(
      `INSERT INTO chunks (tenant_id, source, document, ordinal, words, grams, embedding_id, language, page, row, headings, text, vector)
       VALUES (@tenantId, @source, @document, @ordinal, @words, @grams, @embeddingId, @language, @page, @row, @headings, @text, @vector)`,
    ),
    deleteChunks: sqlite.prepare(`DELETE FROM chunks WHERE ${ofLabels}`),
    deleteNext: sqlite.prepare(`DELETE FROM next_vectors WHERE ${ofLabels}`),
    // Both halves come in the order of an index, and SQLite merges them as they are read.
    vectors: sqlite.prepare(
      `SELECT label, vector FROM chunks WHERE tenant_id = @tenantId AND embedding_id = @embeddingId AND label > @after
       UNION ALL
       SELECT label, vector FROM next_vectors WHERE tenant_id = @tenantId AND embedding_id = @embeddingId AND label > @after
       ORDER BY label LIMIT @limit`,
    ),
    vectorsOf: sqlite.prepare(
      `SELECT c.label, iif(c.embedding_id = @embeddingId, c.vector, n.vector) AS vector
       FROM json_each(@labels) q CROSS JOIN chunks c ON c.label = q.value AND c.tenant_id = @tenantId
       LEFT JOIN next_vectors n ON n.label = c.label AND n.embedding_id = @embeddingId
       WHERE c.embedding_id = @embeddingId OR n.label IS NOT NULL ORDER BY q.key`,
    ),
    labels: sqlite
      .prepare(
        `SELECT label FROM chunks WHERE tenant_id = @tenantId AND embedding_id = @embeddingId AND label > @after
         UNION ALL
         SELECT label FROM next_vectors WHERE tenant_id = @tenantId AND embedding_id = @embeddingId AND label > @after
         ORDER BY label LIMIT @limit`,
      )
      .pluck(),
    chunks: sqlite.prepare(
      `SELECT ${chunkColumns} FROM json_each(@labels) q CROSS JOIN chunks c ON c.label = q.value AND c.tenant_id = @tenantId ${chunkJoin}`,
    ),
    chunksOf: sqlite.prepare(
      `SELECT ${chunkColumns} FROM chunks c ${chunkJoin}
       WHERE c.tenant_id = @tenantId AND c.source = @source AND c.document = @document ORDER BY c.label LIMIT @limit`,
    ),
  };
}

export function documentOf(row: DocumentRow): StoredDocument {
  const { errorCode, errorMessage, url, ...rest } = row;
  return {
    ...rest,
    ...(url === null ? {} : { url }),
    ...(errorCode === null ? {} : { error: { code: errorCode, message: errorMessage ?? '' } }),
  };
}

export function rowOf(tenantId: string, document: StoredDocument): DocumentRow & { readonly tenantId: string } {
  const { error, url, ...rest } = document;
  return {
    tenantId,
    ...rest,
    url: url ?? null,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
  };
}

export function chunkOf(row: ChunkRow): StoredChunk {
  const { url, language, page, row: line, headings, ...rest } = row;
  return {
    ...rest,
    headings: JSON.parse(headings) as readonly string[],
    ...(url === null ? {} : { url }),
    ...(language === null ? {} : { language }),
    ...(page === null ? {} : { page }),
    ...(line === null ? {} : { row: line }),
  };
}

/** A copy: the bytes of a row lie at any address, and floats need one that is a multiple of four. */
export function floatsOf(bytes: Buffer): Float32Array {
  const floats = new Float32Array(bytes.byteLength >>> 2);
  new Uint8Array(floats.buffer).set(bytes.subarray(0, floats.byteLength));
  return floats;
}
