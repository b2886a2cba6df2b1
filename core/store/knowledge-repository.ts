import { type Postings, preparePostings, type TermEntry } from './chunk-postings.ts';
import type { Connection } from './connection.ts';
import type { Embeddings } from './embeddings.ts';
import type {
  CorpusFigures,
  DocumentState,
  NewChunk,
  PackedTerms,
  StoredChunk,
  StoredDocument,
} from './knowledge-records.ts';
import {
  type ChunkRow,
  chunkOf,
  type DocumentRow,
  documentOf,
  floatsOf,
  rowOf,
  statementsOf,
} from './knowledge-rows.ts';
import { RecentReads } from './recent-reads.ts';
import type { Unanswered } from './unanswered.ts';

export type * from './knowledge-records.ts';

/** One tenant's documents and chunks. Methods that change something are called inside `Store.write`. */
export interface KnowledgeRepository {
  readonly postings: Pick<Postings, 'read'>;
  figures(): CorpusFigures;
  chunkCount(): number;
  documents(): readonly DocumentState[];
  storedDocuments(): readonly StoredDocument[];
  /** Of this embedding, whether it serves or is to follow; in label order. */
  vectors(
    embeddingId: string,
    page: { readonly after: number; readonly limit: number },
  ): readonly { readonly label: number; readonly vector: Float32Array }[];
  /** In order. */
  labels(embeddingId: string, page: { readonly after: number; readonly limit: number }): readonly number[];
  /** In the order of `labels`; one that is gone is left out. */
  vectorsOf(
    embeddingId: string,
    labels: readonly number[],
  ): readonly { readonly label: number; readonly vector: Float32Array }[];
  /** In the order of `labels`; one that is gone is left out. */
  chunks(labels: readonly number[]): readonly StoredChunk[];
  /** Of one document, in order, from the first that is stored. */
  chunksOf(source: string, document: string, limit: number): readonly StoredChunk[];
  /**
   * Stores what is known of the document, takes chunks out and puts others in. Gives back what these are found by: `addTerms` stores
   * it, of many documents together and in as many transactions as it takes.
   */
  change(change: DocumentChange): readonly TermEntry[];
  addTerms(entries: Iterable<TermEntry>): void;
  /** Empties the search by words and marks every document to be read again. */
  forgetTerms(): void;
  /** Other vectors serve from now on: raises the corpus's revision. */
  touch(): void;
  /** Forgets the document and takes its last chunks out. */
  removeDocument(source: string, document: string, gone: GoneTerms): void;
}

export interface DocumentChange {
  readonly document: StoredDocument;
  readonly embeddingId: string;
  readonly gone: GoneTerms;
  readonly added: readonly NewChunk[];
  /** Of the added chunks. */
  readonly terms: PackedTerms;
}

/** Terms of the chunks that leave, so that their entries are found. */
export interface GoneTerms {
  readonly labels: readonly number[];
  /** With the first letter that tells words and grams apart. */
  readonly terms: Iterable<string>;
}

/** What core/knowledge needs of the store. */
export interface KnowledgeStore {
  forTenant(tenantId: string): {
    readonly knowledge: KnowledgeRepository;
    readonly embeddings: Embeddings;
    readonly unanswered: Unanswered;
  };
  write<Result>(job: () => Result, onCommit?: (result: Result) => void): Promise<Result>;
}

export function prepareKnowledge(connection: Connection): (tenantId: string) => KnowledgeRepository {
  const { sqlite } = connection;
  const recent = new RecentReads(sqlite);
  const postingsFor = preparePostings(connection, recent);
  let made: ReturnType<typeof statementsOf> | undefined;
  const statements = () => {
    made ??= statementsOf(sqlite);
    return made;
  };

  return (tenantId) => {
    const postings = postingsFor(tenantId);

    const figures = (): CorpusFigures => {
      const reads = recent.of(tenantId);
      reads.figures ??= readFigures();
      return reads.figures;
    };

    const readFigures = (): CorpusFigures => {
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
      statements().deleteNext.run({ tenantId, labels });
      return sums;
    };

    const changeFigures = (added: Change, lost: Change, languages: Iterable<string>): void => {
      const before = readFigures();
      recent.forget(tenantId);
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
        vectorsIn(statements().vectors.all({ tenantId, embeddingId, after, limit })),
      vectorsOf: (embeddingId, labels) =>
        vectorsIn(statements().vectorsOf.all({ tenantId, embeddingId, labels: JSON.stringify(labels) })),
      labels: (embeddingId, { after, limit }) =>
        statements().labels.all({ tenantId, embeddingId, after, limit }) as readonly number[],
      chunks: (labels) => {
        const found = recent.of(tenantId).chunks.getAll(labels, (unread) => {
          const rows = statements().chunks.all({ tenantId, labels: JSON.stringify(unread) }) as readonly ChunkRow[];
          return rows.map((row) => [row.label, chunkOf(row)] as const);
        });
        return labels.flatMap((label) => found.get(label) ?? []);
      },
      chunksOf: (source, document, limit) =>
        (statements().chunksOf.all({ tenantId, source, document, limit }) as readonly ChunkRow[]).map(chunkOf),
      change({ document, embeddingId, gone, added, terms }) {
        recent.forget(tenantId);
        statements().putDocument.run(rowOf(tenantId, document));
        if (gone.labels.length + added.length === 0) return [];
        const lost = takeOut(gone);
        const gained = { chunks: added.length, words: 0, grams: 0 };
        const labels: number[] = [];
        for (const chunk of added) {
          const label = Number(
            statements().insertChunk.run({
              tenantId,
              source: document.source,
              document: document.document,
              ordinal: chunk.ordinal,
              words: chunk.words,
              grams: chunk.grams,
              embeddingId,
              language: chunk.language,
              page: chunk.page ?? null,
              row: chunk.row ?? null,
              headings: JSON.stringify(chunk.headings),
              text: chunk.text,
              vector: Buffer.from(chunk.vector.buffer, chunk.vector.byteOffset, chunk.vector.byteLength),
            }).lastInsertRowid,
          );
          labels.push(label);
          gained.words += chunk.words;
          gained.grams += chunk.grams;
        }
        changeFigures(
          gained,
          lost,
          added.map((chunk) => chunk.language),
        );
        return unpack(terms, labels, added);
      },
      addTerms: (entries) => postings.add(entries),
      forgetTerms() {
        postings.clear();
        statements().forgetVersions.run({ tenantId });
      },
      touch: () => changeFigures(nothing, nothing, []),
      removeDocument(source, document, gone) {
        recent.forget(tenantId);
        const lost = takeOut(gone);
        statements().deleteDocument.run({ tenantId, source, document });
        if (lost.chunks > 0) changeFigures(nothing, lost, []);
      },
    };
  };
}

function vectorsIn(rows: readonly unknown[]): readonly { readonly label: number; readonly vector: Float32Array }[] {
  return (rows as readonly { readonly label: number; readonly vector: Buffer }[]).map(({ label, vector }) => ({
    label,
    vector: floatsOf(vector),
  }));
}

interface Change {
  readonly chunks: number;
  readonly words: number;
  readonly grams: number;
}

const nothing: Change = { chunks: 0, words: 0, grams: 0 };

function unpack(
  { terms, entries }: PackedTerms,
  labels: readonly number[],
  chunks: readonly NewChunk[],
): readonly TermEntry[] {
  const unpacked: TermEntry[] = [];
  for (let at = 0; at + 2 < entries.length; at += 3) {
    const term = terms[entries[at] ?? 0] ?? '';
    const position = entries[at + 1] ?? 0;
    const chunk = chunks[position];
    const label = labels[position];
    if (chunk === undefined || label === undefined) continue;
    unpacked.push({
      term,
      label,
      count: entries[at + 2] ?? 1,
      length: term.startsWith('w') ? chunk.words : chunk.grams,
    });
  }
  return unpacked;
}
