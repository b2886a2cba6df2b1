import type { Generated } from 'kysely';

/** Columns of the tables that hold documents; see tables.ts for the rules. */
export interface KnowledgeTables {
  /** One row a tenant: the figures that ranking needs, so that no question counts rows. */
  corpora: {
    tenantId: string;
    /** Increases with each change of the tenant's chunks. */
    revision: number;
    chunks: number;
    /** Sums over all chunks. */
    words: number;
    grams: number;
    /** JSON list of the languages any chunk was ever stored in. */
    languages: string;
  };
  documents: {
    tenantId: string;
    source: string;
    document: string;
    title: string;
    mediaType: string;
    url: string | null;
    /** The source's own; a document whose version is the same is not read again. */
    version: string;
    /** SHA-256 of the bytes, hex. */
    contentHash: string;
    /** Of everything but the bytes that the chunks depend on: embedding, row template, version of the splitter. */
    fingerprint: string;
    state: 'ready' | 'failed';
    errorCode: string | null;
    errorMessage: string | null;
    chunks: number;
    readAt: number;
  };
  chunks: {
    /** Never given twice, so that an index can tell a new chunk from an old one. */
    label: Generated<number>;
    tenantId: string;
    source: string;
    document: string;
    ordinal: number;
    /** Counts of terms, for ranking. */
    words: number;
    grams: number;
    embeddingId: string;
    language: string | null;
    page: number | null;
    row: number | null;
    headings: string;
    text: string;
    /** Float32, little endian. */
    vector: Buffer;
  };
  /** Vectors of an embedding that is to follow the one that serves; one a chunk at most, and none of the embedding in its own row. */
  nextVectors: {
    label: number;
    tenantId: string;
    embeddingId: string;
    /** Float32, little endian. */
    vector: Buffer;
  };
  /** One row a tenant: the embedding whose vectors were whole last, and what is being made instead. */
  servedEmbeddings: {
    tenantId: string;
    embeddingId: string;
    /** JSON of `retrieval:` with which it was whole; secrets are still references. */
    definition: string;
    nextId: string | null;
    /** Why the vectors of the next are not whole, where the last attempt failed. */
    nextErrorCode: string | null;
    nextErrorMessage: string | null;
  };
  /** Which chunks hold a term, 6 bytes each; see chunk-postings.ts. */
  postings: {
    tenantId: string;
    /** `w` + word stem or `g` + letters. */
    term: string;
    /** Labels in blocks, so that one frequent term in a large corpus is not one large value. */
    segment: number;
    entries: Buffer;
  };
}
