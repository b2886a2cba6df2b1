import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PolyphonError, type SourceDocument } from '../contract/index.ts';
import type { KnowledgeRepository, StoredChunk, StoredDocument } from '../store/knowledge-repository.ts';
import { ChunkShelf, type Replacement, unfinished } from './chunk-shelf.ts';
import { documentFingerprint, termsMark } from './document-fingerprint.ts';
import { EmbeddingEstimate } from './embedding-estimate.ts';
import type { DocumentReader, OpenDocument } from './extract/document-reader.ts';
import { IngestFailures } from './ingest-failures.ts';
import type { IngestOptions, IngestProgress, IngestReport } from './ingest-report.ts';
import type { IngestRequest, IngestServices } from './ingest-request.ts';
import { type Listed, listDocuments } from './list-documents.ts';
import { renderRows } from './render-rows.ts';
import { versionsOf } from './stored-versions.ts';

/** Documents looked at between two turns of the event loop; 0.02 ms each where nothing has changed. */
const settledAtOnce = 100;

type Failure = IngestReport['failures'][number];

/** One ingest of one tenant. */
export class IngestRun {
  readonly #request: IngestRequest;
  readonly #mode: IngestOptions['mode'];
  readonly #progress: (progress: IngestProgress) => void;
  readonly #services: IngestServices;
  readonly #reader: DocumentReader;
  readonly #signal: AbortSignal;
  readonly #repository: KnowledgeRepository;
  readonly #shelf: ChunkShelf;
  readonly #estimate: EmbeddingEstimate;
  #known: ReadonlyMap<string, StoredDocument>;
  /** In a dry run: documents whose stored chunks would go. */
  readonly #leaving = new Set<string>();
  readonly #failures: IngestFailures;
  #added = 0;
  #changed = 0;
  #unchanged = 0;
  #chunks: number;

  constructor(
    request: IngestRequest,
    options: IngestOptions,
    services: IngestServices,
    reader: DocumentReader,
    signal: AbortSignal,
  ) {
    this.#request = request;
    this.#mode = options.mode;
    this.#progress = options.onProgress ?? (() => {});
    this.#services = services;
    this.#reader = reader;
    this.#signal = signal;
    this.#repository = services.store.forTenant(request.tenantId).knowledge;
    this.#failures = new IngestFailures(request.tenantId, services.log);
    this.#shelf = new ChunkShelf({
      store: services.store,
      repository: this.#repository,
      embedding: request.embedding,
      signal,
      onReady: ({ known }) => this.#count(known),
      onUnembedded: (error) =>
        services.log.warn('what is read cannot be embedded: words find it until it is', {
          tenant: request.tenantId,
          error,
        }),
    });
    this.#estimate = new EmbeddingEstimate(request.embedding);
    this.#known = this.#stored();
    this.#chunks = this.#repository.chunkCount();
  }

  async run() {
    await this.#refreshTerms();
    this.#progress({ phase: 'listing', done: 0, total: this.#request.sources.size });
    const { listed, failures } = await listDocuments(
      this.#request.sources,
      (source) => versionsOf(this.#known.values(), source),
      this.#signal,
    );
    for (const failure of failures) this.#failures.notListed(failure);
    const untouched = new Set([...failures.map(({ source }) => source), ...(this.#request.resting ?? [])]);
    let done = 0;
    for (const each of listed) {
      this.#signal.throwIfAborted();
      const tell = () => {
        const { stored: chunks } = this.#shelf;
        this.#progress({ phase: 'reading', document: each.document.id, done, total: listed.length, chunks });
      };
      tell();
      await this.#read(each, tell);
      done += 1;
      // An unchanged document is settled without waiting for anything, and there may be thousands.
      if (done % settledAtOnce === 0) await nextTurn();
    }
    await this.#shelf.clear();
    this.#progress({ phase: 'reading', done, total: listed.length, chunks: this.#shelf.stored });
    const removed = await this.#removeVanished(listed, untouched);
    if (this.#mode === 'dry-run') {
      const { embeddings } = this.#services.store.forTenant(this.#request.tenantId);
      const stays = (chunk: StoredChunk) => !this.#leaving.has(keyOf(chunk.source, chunk.document));
      await this.#estimate.addLacking(embeddings, stays, this.#signal);
    }
    this.#progress({ phase: 'indexing', done, total: listed.length });
    return {
      added: this.#added,
      changed: this.#changed,
      removed,
      unchanged: this.#unchanged,
      chunks: this.#chunks,
      failures: this.#failures.all,
      ...(this.#mode === 'dry-run' && this.#estimate.result !== undefined ? { estimate: this.#estimate.result } : {}),
      total: listed.length,
    };
  }

  #stored(): ReadonlyMap<string, StoredDocument> {
    const stored = this.#repository.storedDocuments();
    return new Map(stored.map((document) => [keyOf(document.source, document.document), document]));
  }

  async #refreshTerms(): Promise<void> {
    const foreign = ({ fingerprint }: StoredDocument) => fingerprint !== '' && !fingerprint.startsWith(termsMark);
    if (this.#mode === 'dry-run' || !this.#known.values().some(foreign)) return;
    await this.#shelf.write(() => this.#repository.forgetTerms());
    this.#known = this.#stored();
  }

  /** `tell` is called with each page: a long document is many of them. */
  async #read(listed: Listed, tell: () => void): Promise<void> {
    const { source, document } = listed;
    const known = this.#known.get(keyOf(source, document.id));
    const fingerprint = documentFingerprint(document, this.#request.languages);
    if (known?.version === document.version && known.fingerprint === fingerprint) {
      this.#keep(known);
      return;
    }
    // A document that could not be fetched is tried again each time.
    let seen: StoredDocument = this.#describe(listed, fingerprint);
    try {
      const bytes = await this.#fetch(document);
      const contentHash = createHash('sha256').update(bytes).digest('hex');
      if (known?.contentHash === contentHash && known.fingerprint === fingerprint) {
        if (this.#mode === 'apply') await this.#shelf.note({ ...known, version: document.version });
        this.#keep(known);
        return;
      }
      // From here on the same bytes fail in the same way.
      seen = { ...seen, contentHash, version: document.version };
      using open = await this.#open(document, bytes);
      if (open.chunks === 0) {
        throw document.rowTemplate === undefined ? noText() : noRows();
      }
      const ready = { ...seen, title: open.title, chunks: open.chunks };
      // What fails now is the store, not the document.
      seen = this.#describe(listed, fingerprint);
      await this.#replace(known, { ready, open, tell });
    } catch (error) {
      this.#signal.throwIfAborted();
      await this.#note(known, seen, this.#failures.unread(seen, error));
    }
  }

  #open(document: SourceDocument, bytes: Uint8Array): Promise<OpenDocument> {
    const { title, mediaType, language, rowTemplate } = document;
    const { languages } = this.#request;
    return this.#reader.open(
      {
        bytes,
        title,
        mediaType,
        languages,
        ...(language === undefined ? {} : { language }),
        ...(rowTemplate === undefined ? {} : { renderRow: renderRows(rowTemplate, this.#services.renderRow) }),
      },
      this.#signal,
    );
  }

  async #fetch(document: SourceDocument): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    try {
      return await document.read(this.#signal);
    } catch (error) {
      if (error instanceof PolyphonError) throw error;
      throw new PolyphonError('KNW8002', 'The document could not be fetched. The next ingest tries again.', {
        cause: error,
      });
    }
  }

  async #replace(
    known: StoredDocument | undefined,
    { ready, open, tell }: { readonly ready: StoredDocument; readonly open: OpenDocument; tell(): void },
  ): Promise<void> {
    this.#chunks += ready.chunks - (known?.chunks ?? 0);
    if (this.#mode === 'dry-run') {
      await this.#estimate.add(open, this.#signal);
      if (known !== undefined) this.#leaving.add(keyOf(known.source, known.document));
      this.#count(known);
      return;
    }
    const item: Replacement = { known, ready, stored: 0 };
    for await (const page of open.pages(this.#signal)) {
      await this.#shelf.put(item, page);
      tell();
    }
  }

  #count(known: StoredDocument | undefined): void {
    // What could not be read before is new to those who ask.
    if (known === undefined || known.chunks === 0) this.#added += 1;
    else this.#changed += 1;
  }

  /** Without a version in `seen` it is not the document that is to blame. */
  async #note(known: StoredDocument | undefined, seen: StoredDocument, { code, message }: Failure): Promise<void> {
    if (this.#mode === 'dry-run') return;
    // What is known of a document that could not be fetched may still be right, and stays.
    const keep = seen.version === '' && known !== undefined;
    const failed: StoredDocument = {
      ...(keep ? known : { ...seen, chunks: 0 }),
      ...(seen.version === '' ? unfinished : {}),
      state: 'failed',
      error: { code, message },
      readAt: seen.readAt,
    };
    if (keep || known === undefined) await this.#shelf.note(failed);
    else await this.#shelf.note(failed, await this.#shelf.thinOut(known));
  }

  async #removeVanished(listed: readonly Listed[], untouched: ReadonlySet<string>): Promise<number> {
    const there = new Set(listed.map(({ source, document }) => keyOf(source, document.id)));
    let removed = 0;
    for (const [key, known] of this.#known) {
      const { source, document } = known;
      if (there.has(key) || untouched.has(source)) continue;
      removed += 1;
      this.#chunks -= known.chunks;
      if (this.#mode === 'dry-run') {
        this.#leaving.add(key);
        continue;
      }
      this.#signal.throwIfAborted();
      const gone = await this.#shelf.thinOut(known);
      await this.#shelf.write(() => this.#repository.removeDocument(source, document, gone));
    }
    return removed;
  }

  #keep(known: StoredDocument): void {
    this.#unchanged += 1;
    this.#failures.known(known);
  }

  #describe({ source, document }: Listed, fingerprint: string): StoredDocument {
    return {
      source,
      document: document.id,
      title: document.title,
      mediaType: document.mediaType,
      ...(document.url === undefined ? {} : { url: document.url }),
      version: '',
      contentHash: '',
      fingerprint,
      state: 'ready',
      chunks: 0,
      readAt: this.#services.clock.now(),
    };
  }
}

function keyOf(source: string, document: string): string {
  return `${source}\0${document}`;
}

function noText(): PolyphonError {
  return new PolyphonError('KNW8007', 'The document holds no text. Fill it, or take it out of the folder.');
}

function noRows(): PolyphonError {
  return new PolyphonError(
    'KNW8008',
    'The row template leaves every row empty. Compare the names in `row:` under `knowledge:` in bot.yaml with the columns of the table.',
  );
}
