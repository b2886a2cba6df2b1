import { createHash } from 'node:crypto';
import {
  type Clock,
  type Logger,
  PolyphonError,
  type ResolvedBot,
  type Source,
  type SourceDocument,
} from '../contract/index.ts';
import type { IngestOptions, IngestReport } from '../knowledge/ingest-report.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { versionsOf } from '../knowledge/stored-versions.ts';
import type { Store } from '../store/open-store.ts';
import type { ServedEmbeddings } from './served-embeddings.ts';
import type { TenantRevision } from './tenant-revision.ts';
import type { TenantSlots } from './tenant-slots.ts';

export interface DocumentReadingServices {
  readonly slots: TenantSlots;
  readonly served: ServedEmbeddings;
  readonly knowledge: Knowledge;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  makeRevision(bot: ResolvedBot): Promise<TenantRevision>;
  /** A source that is listed in the background was never listed, or its entry has changed. */
  onUnlisted(tenantId: string, key: string): void;
  /** Reads the tenant's files, in turn with those of the others. */
  readFiles(tenantId: string): Promise<unknown>;
  /** A source that was read in the background has left chunks without vectors. */
  onUnembedded(tenantId: string): void;
}

export interface Reading {
  readonly report: IngestReport;
  /** Whether each chunk has a vector of the embedding that the definition asks for. */
  readonly vectors: 'whole' | 'lacking';
  /** The id of that one. */
  readonly embedding: string;
}

/** Opens a tenant's sources and hands them to the ingest. */
export class DocumentReading {
  readonly #services: DocumentReadingServices;
  /** Ingests of gathered lists run one after the other: they are bound by the processor. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(services: DocumentReadingServices) {
    this.#services = services;
  }

  /**
   * Reads documents through the revision that serves; where it has opened nothing yet, through a passing one, so that a
   * thousand idle tenants do not each keep a container because their files were read once.
   */
  async read(tenantId: string, options: IngestOptions, signal: AbortSignal): Promise<Reading> {
    const { slots, knowledge, served } = this.#services;
    using lease = slots.serving(tenantId).lease();
    const serving = lease.runtime as TenantRevision;
    const revision = serving.openTokens.length > 0 ? serving : await this.#services.makeRevision(serving.bot);
    try {
      const all = await revision.sources();
      const embedding = await revision.embedding();
      const inBackground = [...all].filter(([, source]) => source.pace === 'in-background').map(([key]) => key);
      const resting = new Set(options.sources === 'at-once' ? inBackground : []);
      const sources = new Map([...all].filter(([key]) => !resting.has(key)));
      const retrieval = serving.openRetrieval();
      const languages = serving.bot.languages.supported;
      const request = { tenantId, sources, resting, embedding, languages, ...(retrieval && { retrieval }) };
      if (options.mode === 'apply') await served.noteFirst(tenantId, embedding, serving.bot);
      const report = await knowledge.ingest(request, options, signal);
      let vectors: Reading['vectors'] = 'whole';
      if (options.mode === 'apply') {
        vectors = await served.note(tenantId, embedding, serving.bot);
        const slot = slots.find(tenantId);
        if (slot !== undefined) slot.unread = report.failures;
        const failed = new Set(report.failures.flatMap(({ source, document }) => (document === '*' ? [source] : [])));
        for (const key of inBackground) {
          if (resting.has(key)) this.#findUnlisted(serving.bot, key);
          else if (!failed.has(key)) await this.#record(serving.bot, key);
        }
      }
      await this.#countChunks(tenantId);
      return { report, vectors, embedding: embedding.id };
    } finally {
      if (revision !== serving) await revision[Symbol.asyncDispose]();
    }
  }

  /** Lists one source, however long that takes, and then reads what has changed. */
  async readSource(tenantId: string, key: string, signal: AbortSignal): Promise<'done' | 'failed'> {
    const { slots, knowledge, store, log } = this.#services;
    const bot = slots.find(tenantId)?.current?.bot;
    if (bot?.knowledge[key] === undefined) return 'done';
    // Of its own, so that a reload need not wait for it.
    await using revision = await this.#services.makeRevision(bot);
    const source = await revision.port<Source>(`source:${key}`);
    if (source.pace !== 'in-background') {
      await this.#services.readFiles(tenantId);
      return 'done';
    }
    const embedding = await revision.embedding();
    const listed = await this.#gather(tenantId, key, source, signal);
    if (listed instanceof PolyphonError) {
      log.warn('a source could not list its documents', {
        tenant: tenantId,
        source: key,
        code: listed.code,
        error: listed,
      });
      return 'failed';
    }
    const turn = this.#last.then(async () => {
      const serving = slots.find(tenantId)?.current;
      // The entry changed meanwhile; whoever changed it has asked for another listing.
      if (serving === undefined || definitionOf(serving.bot, key) !== definitionOf(bot, key)) return;
      // Its vectors would be of an embedding that is not wanted any more.
      if (embeddingOf(serving.bot) !== embeddingOf(bot)) return this.#services.onUnlisted(tenantId, key);
      using lease = serving.lease();
      const retrieval = serving.openRetrieval();
      const report = await knowledge.ingest(
        {
          tenantId,
          sources: new Map([[key, gathered(listed)]]),
          resting: new Set(Object.keys(serving.bot.knowledge).filter((other) => other !== key)),
          embedding,
          languages: serving.bot.languages.supported,
          ...(retrieval && { retrieval }),
        },
        { mode: 'apply' },
        signal,
      );
      await this.#record(bot, key);
      await this.#countChunks(tenantId);
      if (store.forTenant(tenantId).embeddings.lacking(embedding.id) > 0) this.#services.onUnembedded(tenantId);
      const { added, changed, removed, unchanged, failures } = report;
      const counts = { added, changed, removed, unchanged, failed: failures.length };
      log.info('a source was refreshed', { tenant: lease.runtime.bot.tenantId, source: key, ...counts });
    });
    this.#last = turn.catch(() => {});
    await turn;
    return 'done';
  }

  async #gather(
    tenantId: string,
    key: string,
    source: Source,
    signal: AbortSignal,
  ): Promise<readonly SourceDocument[] | PolyphonError> {
    const stored = this.#services.store.forTenant(tenantId).knowledge.storedDocuments();
    const documents: SourceDocument[] = [];
    try {
      for await (const document of source.list(signal, versionsOf(stored, key))) documents.push(document);
      return documents;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PolyphonError) return error;
      const message = `The source '${key}' could not list its documents; those it had stay. It is tried again later.`;
      return new PolyphonError('KNW8001', message, { cause: error });
    }
  }

  #findUnlisted(bot: ResolvedBot, key: string): void {
    const listings = this.#services.store.forTenant(bot.tenantId).sourceListings.all();
    const definition = definitionOf(bot, key);
    if (listings.some((listing) => listing.source === key && listing.definition === definition)) return;
    this.#services.onUnlisted(bot.tenantId, key);
  }

  async #record(bot: ResolvedBot, key: string): Promise<void> {
    const { store, clock } = this.#services;
    const { sourceListings } = store.forTenant(bot.tenantId);
    const listing = { source: key, definition: definitionOf(bot, key), listedAt: clock.now() };
    await store.write(() => sourceListings.record(listing));
  }

  async #countChunks(tenantId: string): Promise<void> {
    const slot = this.#services.slots.find(tenantId);
    if (slot !== undefined) slot.chunks = await this.#services.knowledge.chunkCount(tenantId);
  }
}

function gathered(documents: readonly SourceDocument[]): Source {
  return {
    async *list() {
      yield* documents;
    },
  };
}

/** All that the stored chunks of a source depend on, but its content. */
function definitionOf(bot: ResolvedBot, key: string): string {
  const entry = bot.knowledge[key];
  const parts = [entry?.use, entry?.with, bot.languages.supported];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function embeddingOf({ retrieval }: ResolvedBot): string {
  return JSON.stringify(retrieval.embedding);
}
