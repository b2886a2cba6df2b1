import { type Postings, preparePostings, type TermEntry } from './chunk-postings.ts';
import type { Connection } from './connection.ts';

/** A document as `documents` tells of it. */
export interface DocumentState {
  /** The key in `knowledge:`. */
  readonly source: string;
  readonly document: string;
  readonly title: string;
  readonly mediaType: string;
  readonly url?: string;
  readonly state: 'ready' | 'failed';
  readonly chunks: number;
  /** Why it failed; its last good chunks are gone, because they no longer say what the document says. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

/** What tells whether a document must be read again. */
export interface StoredDocument extends DocumentState {
  readonly version: string;
  readonly contentHash: string;
  readonly fingerprint: string;
}

export interface NewChunk {
  readonly ordinal: number;
  readonly text: string;
  readonly headings: readonly string[];
  readonly language: string;
  readonly page?: number;
  readonly row?: number;
  readonly vector: Float32Array;
  /** Counts of each word and gram. */
  readonly words: ReadonlyMap<string, number>;
  readonly grams: ReadonlyMap<string, number>;
}

export interface StoredChunk {
  readonly label: number;
  readonly source: string;
  readonly document: string;
  readonly ordinal: number;
  readonly title: string;
  readonly url?: string;
  readonly text: string;
  readonly headings: readonly string[];
  readonly language?: string;
  readonly page?: number;
  readonly row?: number;
}

export interface CorpusFigures {
  readonly revision: number;
  readonly chunks: number;
  readonly words: number;
  readonly grams: number;
  readonly languages: readonly string[];
}

/** One tenant's documents and chunks. Methods that change something are called inside `Store.write`. */
export interface KnowledgeRepository {
  readonly postings: Pick<Postings, 'read'>;
  figures(): CorpusFigures;
  chunkCount(): number;
  documents(): readonly DocumentState[];
  storedDocuments(): readonly StoredDocument[];
  /** In label order. */
  vectors(
    embeddingId: string,
    page: { readonly after: number; readonly limit: number },
  ): readonly { readonly label: number; readonly vector: Float32Array }[];
  /** In the order of `labels`; one that is gone is left out. */
  chunks(labels: readonly number[]): readonly StoredChunk[];
  /** Of one document, in order, from the first that is stored. */
  chunksOf(source: string, document: string, limit: number): readonly StoredChunk[];
  /**
   * Stores what is known of the document, takes chunks out and puts others in. Gives back what these are found by where that is
   * `later`'s: `addTerms` stores it, in as many transactions as it takes.
   */
  change(change: DocumentChange): readonly TermEntry[];
  addTerms(entries: Iterable<TermEntry>): void;
  /** Empties the search by words and marks every document to be read again. */
  forgetTerms(): void;
  /** Forgets the document and takes its last chunks out. */
  removeDocument(source: string, document: string, gone: GoneTerms): void;
}

export interface DocumentChange {
  readonly document: StoredDocument;
  readonly embeddingId: string;
  readonly gone: GoneTerms;
  readonly added: readonly NewChunk[];
  readonly terms: 'now' | 'later';
}

/** Terms of the chunks that leave, so that their entries are found. */
export interface GoneTerms {
  readonly labels: readonly number[];
  /** With the first letter that tells words and grams apart. */
  readonly terms: Iterable<string>;
}

/** What core/knowledge needs of the store. */
export interface KnowledgeStore {
  forTenant(tenantId: string): { readonly knowledge: KnowledgeRepository };
  write<Result>(job: () => Result, onCommit?: (result: Result) => void): Promise<Result>;
}

export const wordKey = (word: string): string => `w${word}`;
export const gramKey = (gram: string): string => `g${gram}`;

export function prepareKnowledge(connection: Connection): (tenantId: string) => KnowledgeRepository {
  const postingsFor = preparePostings(connection);
  const { sqlite } = connection;
  let made: ReturnType<typeof statementsOf> | undefined;
  const statements = () => {
    made ??= statementsOf(sqlite);
    return made;
  };

  return (tenantId) => {
    const postings = postingsFor(tenantId);

    const figures = (): CorpusFigures => {
      const row = statements().figures.get({ tenantId }) as
        | (Omit<CorpusFigures, 'languages'> & { readonly languages: string })
        | undefined;
      if (row === undefined) return { revision: 0, chunks: 0, words: 0, grams: 0, languages: [] };
      return { ...row, languages: JSON.parse(row.languages) as readonly string[] };
    };

    const storedDocuments = (): readonly StoredDocument[] =>
      (statements().documents.all({ tenantId }) as readonly DocumentRow[]).map(documentOf);

    /** Takes the chunks and their entries out; gives back what the corpus loses. */
    const takeOut = (gone: GoneTerms): Change => {
      if (gone.labels.length === 0) return nothing;
      const labels = JSON.stringify(gone.labels);
      const sums = statements().sums.get({ tenantId, labels }) as Change;
      postings.remove(new Set(gone.labels), gone.terms);
      statements().deleteChunks.run({ tenantId, labels });
      return sums;
    };

    const changeFigures = (added: Change, lost: Change, languages: Iterable<string>): void => {
      const before = figures();
      statements().setFigures.run({
        tenantId,
        revision: before.revision + 1,
        chunks: before.chunks + added.chunks - lost.chunks,
        words: before.words + added.words - lost.words,
        grams: before.grams + added.grams - lost.grams,
        languages: JSON.stringify([...new Set([...before.languages, ...languages])].sort()),
      });
    };

    return {
      postings,
      figures,
      storedDocuments,
      documents: () => storedDocuments().map(({ version, contentHash, fingerprint, ...state }) => state),
      chunkCount: () => figures().chunks,
      vectors: (embeddingId, { after, limit }) =>
        (
          statements().vectors.all({ tenantId, embeddingId, after, limit }) as readonly {
            readonly label: number;
            readonly vector: Buffer;
          }[]
        ).map(({ label, vector }) => ({ label, vector: floatsOf(vector) })),
      chunks: (labels) => {
        const rows = statements().chunks.all({ tenantId, labels: JSON.stringify(labels) }) as readonly ChunkRow[];
        const byLabel = new Map(rows.map((row) => [row.label, chunkOf(row)]));
        return labels.flatMap((label) => byLabel.get(label) ?? []);
      },
      chunksOf: (source, document, limit) =>
        (statements().chunksOf.all({ tenantId, source, document, limit }) as readonly ChunkRow[]).map(chunkOf),
      change({ document, embeddingId, gone, added, terms }) {
        statements().putDocument.run(rowOf(tenantId, document));
        if (gone.labels.length + added.length === 0) return [];
        const lost = takeOut(gone);
        const gained = { chunks: added.length, words: 0, grams: 0 };
        const entries: TermEntry[] = [];
        for (const chunk of added) {
          const words = sum(chunk.words);
          const grams = sum(chunk.grams);
          const label = Number(
            statements().insertChunk.run({
              tenantId,
              source: document.source,
              document: document.document,
              ordinal: chunk.ordinal,
              words,
              grams,
              embeddingId,
              language: chunk.language,
              page: chunk.page ?? null,
              row: chunk.row ?? null,
              headings: JSON.stringify(chunk.headings),
              text: chunk.text,
              vector: Buffer.from(chunk.vector.buffer, chunk.vector.byteOffset, chunk.vector.byteLength),
            }).lastInsertRowid,
          );
          for (const [word, count] of chunk.words) entries.push({ term: wordKey(word), label, count, length: words });
          for (const [gram, count] of chunk.grams) entries.push({ term: gramKey(gram), label, count, length: grams });
          gained.words += words;
          gained.grams += grams;
        }
        if (terms === 'now') postings.add(entries);
        changeFigures(
          gained,
          lost,
          added.map((chunk) => chunk.language),
        );
        return terms === 'now' ? [] : entries;
      },
      addTerms: (entries) => postings.add(entries),
      forgetTerms() {
        postings.clear();
        statements().forgetVersions.run({ tenantId });
      },
      removeDocument(source, document, gone) {
        const lost = takeOut(gone);
        statements().deleteDocument.run({ tenantId, source, document });
        if (lost.chunks > 0) changeFigures(nothing, lost, []);
      },
    };
  };
}

interface Change {
  readonly chunks: number;
  readonly words: number;
  readonly grams: number;
}

const nothing: Change = { chunks: 0, words: 0, grams: 0 };

interface DocumentRow {
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

interface ChunkRow {
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

const chunkColumns = `c.label, c.source, c.document, c.ordinal, d.title, d.url, c.text, c.headings, c.language, c.page, c.row`;
const chunkJoin = 'JOIN documents d ON d.tenant_id = c.tenant_id AND d.source = c.source AND d.document = c.document';

function statementsOf(sqlite: Connection['sqlite']) {
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
       FROM chunks WHERE tenant_id = @tenantId AND label IN (SELECT value FROM json_each(@labels))`,
    ),
    insertChunk: sqlite.prepare(
      `INSERT INTO chunks (tenant_id, source, document, ordinal, words, grams, embedding_id, language, page, row, headings, text, vector)
       VALUES (@tenantId, @source, @document, @ordinal, @words, @grams, @embeddingId, @language, @page, @row, @headings, @text, @vector)`,
    ),
    deleteChunks: sqlite.prepare(
      'DELETE FROM chunks WHERE tenant_id = @tenantId AND label IN (SELECT value FROM json_each(@labels))',
    ),
    vectors: sqlite.prepare(
      `SELECT label, vector FROM chunks WHERE tenant_id = @tenantId AND embedding_id = @embeddingId AND label > @after
       ORDER BY label LIMIT @limit`,
    ),
    chunks: sqlite.prepare(
      `SELECT ${chunkColumns} FROM json_each(@labels) q CROSS JOIN chunks c ON c.label = q.value AND c.tenant_id = @tenantId ${chunkJoin}`,
    ),
    chunksOf: sqlite.prepare(
      `SELECT ${chunkColumns} FROM chunks c ${chunkJoin}
       WHERE c.tenant_id = @tenantId AND c.source = @source AND c.document = @document ORDER BY c.label LIMIT @limit`,
    ),
  };
}

function documentOf(row: DocumentRow): StoredDocument {
  const { errorCode, errorMessage, url, ...rest } = row;
  return {
    ...rest,
    ...(url === null ? {} : { url }),
    ...(errorCode === null ? {} : { error: { code: errorCode, message: errorMessage ?? '' } }),
  };
}

function rowOf(tenantId: string, document: StoredDocument): DocumentRow & { readonly tenantId: string } {
  const { error, url, ...rest } = document;
  return {
    tenantId,
    ...rest,
    url: url ?? null,
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
  };
}

function chunkOf(row: ChunkRow): StoredChunk {
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
function floatsOf(bytes: Buffer): Float32Array {
  const floats = new Float32Array(bytes.byteLength >>> 2);
  new Uint8Array(floats.buffer).set(bytes.subarray(0, floats.byteLength));
  return floats;
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
