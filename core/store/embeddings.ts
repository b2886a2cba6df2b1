import type BetterSqlite3 from 'better-sqlite3';
import type { Connection } from './connection.ts';
import type { StoredChunk } from './knowledge-records.ts';
import { type ChunkRow, chunkColumns, chunkJoin, chunkOf, ofLabels } from './knowledge-rows.ts';

/** In the place of an embedding's id: chunks that were stored without a vector. */
export const noEmbedding = 'none';

/** The embedding whose vectors were whole last: the one that can answer. */
export interface ServedEmbedding {
  readonly embeddingId: string;
  /** `retrieval:` of the definition with which it was whole; secrets are still references. */
  readonly definition: unknown;
  /** What is being made instead. */
  readonly next?: NextEmbedding;
}

export interface NextEmbedding {
  readonly embeddingId: string;
  /** Why it is not whole, where the last attempt failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Which embedding serves one tenant, and the vectors of the one that is to follow. Methods that change something are called inside `Store.write`. */
export interface Embeddings {
  /** Undefined before any was whole. */
  served(): ServedEmbedding | undefined;
  /** How many chunks have no vector of this embedding. */
  lacking(embeddingId: string): number;
  /** What chunks were stored with instead: other embeddings, or none. */
  others(embeddingId: string): readonly string[];
  /** Chunks stored with `other` that have no vector of `embeddingId`, in label order. */
  lackingChunks(
    embeddingId: string,
    page: { readonly other: string; readonly after: number; readonly limit: number },
  ): readonly StoredChunk[];
  /** Beside the vectors that serve. A chunk that is gone is left out. */
  put(embeddingId: string, vectors: readonly { readonly label: number; readonly vector: Float32Array }[]): void;
  /** From now on this one serves. Call only where none is lacking, in the same transaction. */
  serve(served: Pick<ServedEmbedding, 'embeddingId' | 'definition'>): void;
  /** Notes what is being made, where some embedding serves. */
  noteNext(next: NextEmbedding): void;
  /** Puts vectors of the embedding that serves in the place of older ones. How many: 0 when all are there. */
  moveServed(limit: number): number;
  /** Drops vectors that are neither of `embeddingId` nor of what serves. How many: 0 when none is left. */
  dropOthers(embeddingId: string, limit: number): number;
}

interface ServedRow {
  readonly embeddingId: string;
  readonly definition: string;
  readonly nextId: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

export function prepareEmbeddings({ sqlite }: Connection): (tenantId: string) => Embeddings {
  let made: ReturnType<typeof statementsOf> | undefined;
  const statements = () => {
    made ??= statementsOf(sqlite);
    return made;
  };
  return (tenantId) => ({
    served() {
      const row = statements().served.get({ tenantId }) as ServedRow | undefined;
      return row === undefined ? undefined : servedOf(row);
    },
    lacking: (embeddingId) => statements().lacking.get({ tenantId, embeddingId }) as number,
    others: (embeddingId) => idsIn(statements().idAfter, tenantId).filter((id) => id !== embeddingId),
    lackingChunks: (embeddingId, page) =>
      (statements().lackingChunks.all({ tenantId, embeddingId, ...page }) as readonly ChunkRow[]).map(chunkOf),
    put(embeddingId, vectors) {
      for (const { label, vector } of vectors) {
        const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
        statements().put.run({ tenantId, embeddingId, label, vector: bytes });
      }
    },
    serve({ embeddingId, definition }) {
      statements().serve.run({ tenantId, embeddingId, definition: JSON.stringify(definition) });
    },
    noteNext({ embeddingId, error }) {
      const { code, message } = error ?? { code: null, message: null };
      statements().noteNext.run({ tenantId, embeddingId, code, message });
    },
    moveServed(limit) {
      const found = statements().servedAside.all({ tenantId, limit });
      const labels = JSON.stringify(found);
      if (found.length === 0) return 0;
      statements().move.run({ tenantId, labels });
      statements().forget.run({ tenantId, labels });
      return found.length;
    },
    dropOthers(embeddingId, limit) {
      const kept = new Set([embeddingId, statements().servedId.get({ tenantId })]);
      const other = idsIn(statements().idAsideAfter, tenantId).find((id) => !kept.has(id));
      return other === undefined ? 0 : statements().drop.run({ tenantId, other, limit }).changes;
    },
  });
}

function servedOf({ embeddingId, definition, nextId, code, message }: ServedRow): ServedEmbedding {
  const error = code === null ? {} : { error: { code, message: message ?? '' } };
  return {
    embeddingId,
    definition: JSON.parse(definition) as unknown,
    ...(nextId === null ? {} : { next: { embeddingId: nextId, ...error } }),
  };
}

function idsIn(after: BetterSqlite3.Statement, tenantId: string): readonly string[] {
  const ids: string[] = [];
  for (;;) {
    const id = after.get({ tenantId, last: ids.at(-1) ?? '' }) as string | null;
    if (id === null) return ids;
    ids.push(id);
  }
}

const servedId = '(SELECT embedding_id FROM served_embeddings WHERE tenant_id = @tenantId)';

function statementsOf(sqlite: BetterSqlite3.Database) {
  return {
    served: sqlite.prepare(
      `SELECT embedding_id AS embeddingId, definition, next_id AS nextId, next_error_code AS code, next_error_message AS message
       FROM served_embeddings WHERE tenant_id = @tenantId`,
    ),
    servedId: sqlite.prepare('SELECT embedding_id FROM served_embeddings WHERE tenant_id = @tenantId').pluck(),
    serve: sqlite.prepare(
      `INSERT OR REPLACE INTO served_embeddings (tenant_id, embedding_id, definition) VALUES (@tenantId, @embeddingId, @definition)`,
    ),
    noteNext: sqlite.prepare(
      `UPDATE served_embeddings SET next_id = @embeddingId, next_error_code = @code, next_error_message = @message
       WHERE tenant_id = @tenantId`,
    ),
    // No vector lies aside for a chunk that has one of the same embedding in its own row, so two counts in indexes will do.
    lacking: sqlite
      .prepare(
        `SELECT coalesce((SELECT chunks FROM corpora WHERE tenant_id = @tenantId), 0)
         - (SELECT count(*) FROM chunks WHERE tenant_id = @tenantId AND embedding_id = @embeddingId)
         - (SELECT count(*) FROM next_vectors WHERE tenant_id = @tenantId AND embedding_id = @embeddingId)`,
      )
      .pluck(),
    // One look-up in an index for each id, of which there are few.
    idAfter: sqlite
      .prepare('SELECT min(embedding_id) FROM chunks WHERE tenant_id = @tenantId AND embedding_id > @last')
      .pluck(),
    idAsideAfter: sqlite
      .prepare('SELECT min(embedding_id) FROM next_vectors WHERE tenant_id = @tenantId AND embedding_id > @last')
      .pluck(),
    lackingChunks: sqlite.prepare(
      `SELECT ${chunkColumns} FROM chunks c ${chunkJoin}
       WHERE c.tenant_id = @tenantId AND c.embedding_id = @other AND c.label > @after
       AND NOT EXISTS (SELECT 1 FROM next_vectors n WHERE n.label = c.label AND n.embedding_id = @embeddingId)
       ORDER BY c.label LIMIT @limit`,
    ),
    // What serves is never overwritten: another process may have changed to it meanwhile.
    put: sqlite.prepare(
      `INSERT INTO next_vectors (label, tenant_id, embedding_id, vector)
       SELECT label, tenant_id, @embeddingId, @vector FROM chunks
       WHERE label = @label AND tenant_id = @tenantId AND embedding_id <> @embeddingId
       AND NOT EXISTS (SELECT 1 FROM next_vectors n WHERE n.label = @label AND n.embedding_id = ${servedId})
       ON CONFLICT (label) DO UPDATE SET embedding_id = @embeddingId, vector = @vector`,
    ),
    servedAside: sqlite
      .prepare(
        `SELECT label FROM next_vectors WHERE tenant_id = @tenantId AND embedding_id = ${servedId} ORDER BY label LIMIT @limit`,
      )
      .pluck(),
    move: sqlite.prepare(
      `UPDATE chunks SET (embedding_id, vector) = (SELECT n.embedding_id, n.vector FROM next_vectors n WHERE n.label = chunks.label)
       WHERE ${ofLabels}`,
    ),
    forget: sqlite.prepare(`DELETE FROM next_vectors WHERE ${ofLabels}`),
    drop: sqlite.prepare(
      `DELETE FROM next_vectors WHERE label IN (SELECT label FROM next_vectors
       WHERE tenant_id = @tenantId AND embedding_id = @other LIMIT @limit)`,
    ),
  };
}
