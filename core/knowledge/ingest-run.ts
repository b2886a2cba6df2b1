import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PolyphonError, type SourceDocument } from '../contract/index.ts';
import type { GoneTerms, KnowledgeRepository, NewChunk, StoredDocument } from '../store/knowledge-repository.ts';
import { goneTerms } from './chunk-terms.ts';
import type { Extractor } from './extract/extractor.ts';
import type { IngestOptions, IngestProgress, IngestReport } from './ingest-report.ts';
import type { IngestRequest, IngestServices } from './ingest-request.ts';
import { type Listed, listDocuments } from './list-documents.ts';
import { LongTerms } from './long-terms.ts';
import { embedChunks, type PreparedText, prepareText } from './prepare-document.ts';
import { splitterVersion } from './split-chunks.ts';
import { versionsOf } from './stored-versions.ts';
import { termsVersion } from './terms.ts';

/** Chunks stored with their terms in one transaction: 10 to 15 ms, in which the process does nothing else. */
const storeAtOnce = 10;
/** Begins each fingerprint: terms of another version could not be found again to be taken out. */
const termsMark = `${termsVersion}.`;
const none: GoneTerms = { labels: [], terms: [] };
/** Stands where a document is stored in several transactions and the last has not come: the next ingest reads it again. */
const unfinished = { version: '', contentHash: '', fingerprint: '' } as const;

type Failure = IngestReport['failures'][number];

/** One ingest of one tenant. */
export class IngestRun {
  readonly #request: IngestRequest;
  readonly #mode: IngestOptions['mode'];
  readonly #progress: (progress: IngestProgress) => void;
  readonly #services: IngestServices;
  readonly #extractor: Extractor;
  readonly #signal: AbortSignal;
  readonly #repository: KnowledgeRepository;
  #known: ReadonlyMap<string, StoredDocument>;
  readonly #failures: Failure[] = [];
  #added = 0;
  #changed = 0;
  #unchanged = 0;
  #chunks: number;

  constructor(
    request: IngestRequest,
    options: IngestOptions,
    services: IngestServices,
    extractor: Extractor,
    signal: AbortSignal,
  ) {
    this.#request = request;
    this.#mode = options.mode;
    this.#progress = options.onProgress ?? (() => {});
    this.#services = services;
    this.#extractor = extractor;
    this.#signal = signal;
    this.#repository = services.store.forTenant(request.tenantId).knowledge;
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
    for (const { error, ...failure } of failures) {
      this.#failures.push(failure);
      const { tenantId } = this.#request;
      this.#services.log.warn('a source could not list its documents', { tenantId, source: failure.source, error });
    }
    const untouched = new Set([...failures.map(({ source }) => source), ...(this.#request.resting ?? [])]);
    let done = 0;
    for (const each of listed) {
      this.#signal.throwIfAborted();
      this.#progress({ phase: 'reading', document: each.document.id, done, total: listed.length });
      await this.#read(each);
      done += 1;
    }
    const removed = await this.#removeVanished(listed, untouched);
    this.#progress({ phase: 'indexing', done, total: listed.length });
    return {
      added: this.#added,
      changed: this.#changed,
      removed,
      unchanged: this.#unchanged,
      chunks: this.#chunks,
      failures: this.#failures,
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
    await this.#store(() => this.#repository.forgetTerms());
    this.#known = this.#stored();
  }

  async #read(listed: Listed): Promise<void> {
    const { source, document } = listed;
    const known = this.#known.get(keyOf(source, document.id));
    const fingerprint = this.#fingerprint(document);
    if (known?.version === document.version && known.fingerprint === fingerprint) {
      this.#keep(known);
      return;
    }
    let contentHash = '';
    let version = '';
    try {
      const bytes = await this.#fetch(document);
      contentHash = createHash('sha256').update(bytes).digest('hex');
      if (known?.contentHash === contentHash && known.fingerprint === fingerprint) {
        if (this.#mode === 'apply') await this.#note({ ...known, version: document.version });
        this.#keep(known);
        return;
      }
      // From here on the same bytes fail in the same way; a document that could not be fetched is tried again each time.
      version = document.version;
      const text = await this.#extractor.extract(bytes, document.mediaType, this.#signal);
      const options = { languages: this.#request.languages, renderRow: this.#services.renderRow };
      const prepared = await prepareText(document, text, options, this.#signal);
      if (prepared.chunks.length === 0) {
        throw new PolyphonError('KNW8007', 'The document holds no text. Fill it, or take it out of the folder.');
      }
      // What fails now is the embedding or the store, not the document.
      version = '';
      await this.#replace(listed, known, { contentHash, fingerprint, prepared });
      if (known === undefined) this.#added += 1;
      else this.#changed += 1;
    } catch (error) {
      this.#signal.throwIfAborted();
      await this.#fail(listed, known, { contentHash, fingerprint, version, error });
    }
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
    { source, document }: Listed,
    known: StoredDocument | undefined,
    read: { readonly contentHash: string; readonly fingerprint: string; readonly prepared: PreparedText },
  ): Promise<void> {
    this.#chunks += read.prepared.chunks.length - (known?.chunks ?? 0);
    if (this.#mode === 'dry-run') return;
    const total = read.prepared.chunks.length;
    const ready: StoredDocument = {
      ...this.#describe(source, document),
      title: read.prepared.title,
      version: document.version,
      contentHash: read.contentHash,
      fingerprint: read.fingerprint,
      state: 'ready',
      chunks: total,
    };
    const gone = known === undefined ? none : await this.#thinOut({ ...known, ...unfinished });
    if (total <= storeAtOnce) {
      for await (const added of embedChunks(read.prepared, this.#request.embedding, this.#signal)) {
        await this.#change(ready, gone, added);
      }
      return;
    }
    await this.#change({ ...ready, ...unfinished, chunks: 0 }, gone, []);
    await this.#storeLong(ready, read.prepared);
  }

  /** The document counts as unfinished until its last term is stored: what a crash leaves behind is read again. */
  async #storeLong(ready: StoredDocument, prepared: PreparedText): Promise<void> {
    const { embedding } = this.#request;
    const terms = new LongTerms((entries) => this.#store(() => this.#repository.addTerms(entries)));
    let stored = 0;
    for await (const added of embedChunks(prepared, embedding, this.#signal)) {
      stored += added.length;
      const document = { ...ready, ...unfinished, chunks: stored };
      terms.take(
        await this.#store(() =>
          this.#repository.change({ document, embeddingId: embedding.id, gone: none, added, terms: 'later' }),
        ),
      );
      if (terms.full) await terms.flush();
    }
    await terms.flush();
    await this.#note(ready);
  }

  async #fail(
    { source, document }: Listed,
    known: StoredDocument | undefined,
    read: {
      readonly contentHash: string;
      readonly fingerprint: string;
      readonly version: string;
      readonly error: unknown;
    },
  ): Promise<void> {
    const { error } = read;
    const code = error instanceof PolyphonError ? error.code : 'KNW8003';
    const message =
      error instanceof PolyphonError
        ? error.message
        : 'The document could not be read. The log has the reason. Save it again and replace the file.';
    this.#failures.push({ source, document: document.id, code, message });
    this.#services.log.warn('a document could not be read', {
      tenantId: this.#request.tenantId,
      source,
      document: document.id,
      code,
      error,
    });
    if (this.#mode === 'dry-run') return;
    // Fetching failed: what is known of the document may still be right, and stays.
    const keep = read.version === '' && known !== undefined;
    const failed: StoredDocument = {
      ...this.#describe(source, document),
      ...(keep
        ? { ...known, ...unfinished }
        : { contentHash: read.contentHash, fingerprint: read.fingerprint, chunks: 0 }),
      ...(read.version === '' ? unfinished : { version: read.version }),
      state: 'failed',
      error: { code, message },
    };
    const gone = keep || known === undefined ? none : await this.#thinOut({ ...known, ...unfinished });
    await this.#change(failed, gone, []);
  }

  async #removeVanished(listed: readonly Listed[], untouched: ReadonlySet<string>): Promise<number> {
    const there = new Set(listed.map(({ source, document }) => keyOf(source, document.id)));
    let removed = 0;
    for (const [key, known] of this.#known) {
      const { source, document } = known;
      if (there.has(key) || untouched.has(source)) continue;
      removed += 1;
      this.#chunks -= known.chunks;
      if (this.#mode === 'dry-run') continue;
      this.#signal.throwIfAborted();
      const gone = await this.#thinOut({ ...known, ...unfinished });
      await this.#store(() => this.#repository.removeDocument(source, document, gone));
    }
    return removed;
  }

  #keep(known: StoredDocument): void {
    this.#unchanged += 1;
    if (known.error !== undefined) {
      this.#failures.push({ source: known.source, document: known.document, ...known.error });
    }
  }

  /** Takes out all chunks but the last few, in small transactions; those are for the caller's own. */
  async #thinOut(document: StoredDocument): Promise<GoneTerms> {
    for (;;) {
      const chunks = this.#repository.chunksOf(document.source, document.document, storeAtOnce + 1);
      const gone = goneTerms(chunks.slice(0, storeAtOnce));
      if (chunks.length <= storeAtOnce) return gone;
      await this.#change(document, gone, []);
    }
  }

  #note(document: StoredDocument): Promise<void> {
    return this.#change(document, none, []);
  }

  async #change(document: StoredDocument, gone: GoneTerms, added: readonly NewChunk[]): Promise<void> {
    const embeddingId = this.#request.embedding.id;
    await this.#store(() => this.#repository.change({ document, embeddingId, gone, added, terms: 'now' }));
  }

  /** A document of usual length is one transaction; then other tenants have their turn. */
  async #store<Result>(job: () => Result): Promise<Result> {
    const result = await this.#services.store.write(job);
    await nextTurn();
    return result;
  }

  #describe(source: string, document: SourceDocument) {
    return {
      source,
      document: document.id,
      title: document.title,
      mediaType: document.mediaType,
      ...(document.url === undefined ? {} : { url: document.url }),
      readAt: this.#services.clock.now(),
    };
  }

  /** All but the bytes that the stored chunks depend on. */
  #fingerprint(document: SourceDocument): string {
    const parts = [
      splitterVersion,
      this.#request.embedding.id,
      this.#request.languages,
      document.rowTemplate ?? '',
      document.language ?? '',
      document.title,
      document.mediaType,
      document.url ?? '',
    ];
    return termsMark + createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  }
}

function keyOf(source: string, document: string): string {
  return `${source}\0${document}`;
}
