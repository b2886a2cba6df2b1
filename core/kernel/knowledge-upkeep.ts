import type { ResolvedBot } from '../contract/index.ts';
import type { IngestOptions, IngestReport } from '../knowledge/ingest-report.ts';
import { isMendable } from '../knowledge/mendable.ts';
import { Backfills, firstRetryMs } from './backfills.ts';
import { DocumentReading, type Reading } from './document-reading.ts';
import { followedSources } from './followed-sources.ts';
import { removeOtherIndexes } from './index-folder.ts';
import type { KernelServices } from './kernel-services.ts';
import { KnowledgeKeeper } from './knowledge-keeper.ts';
import { RefreshSchedule } from './refresh-schedule.ts';
import { ServedEmbeddings, type ServedEmbeddingsServices } from './served-embeddings.ts';
import type { TenantRevision } from './tenant-revision.ts';
import type { TenantSlots } from './tenant-slots.ts';
import { tryEmbedding } from './try-embedding.ts';

export interface KnowledgeUpkeepOptions {
  readonly services: KernelServices;
  readonly slots: TenantSlots;
  readonly signal: AbortSignal;
  makeRevision(bot: ResolvedBot): Promise<TenantRevision>;
  retire: ServedEmbeddingsServices['retire'];
  /** A command that only looks refreshes nothing by itself. */
  serves(): boolean;
}

const documentsKey = 'documents';

/** Keeps what the bots know up to their files, their sources and their embeddings. */
export class KnowledgeUpkeep {
  readonly #options: KnowledgeUpkeepOptions;
  readonly #keeper: KnowledgeKeeper;
  readonly #reading: DocumentReading;
  readonly #schedule: RefreshSchedule;
  /** Readings that another try may mend. */
  readonly #retries: RefreshSchedule;
  readonly #backfills: Backfills;
  readonly served: ServedEmbeddings;

  constructor(options: KnowledgeUpkeepOptions) {
    this.#options = options;
    const { services, slots, signal, makeRevision } = options;
    const { clock, log, random, store, knowledge, loader } = services;
    this.served = new ServedEmbeddings({
      slots,
      store,
      loader,
      clock,
      log,
      signal,
      makeRevision,
      retire: options.retire,
    });
    this.#keeper = new KnowledgeKeeper({
      ingest: (tenantId, stop) => this.#readFiles(tenantId, stop),
      clock,
      log,
      signal,
    });
    this.#schedule = new RefreshSchedule({
      refresh: (tenantId, key, stop) => this.#reading.readSource(tenantId, key, stop),
      clock,
      random,
      log,
      signal,
    });
    this.#retries = new RefreshSchedule({
      // The keeper has logged why.
      refresh: (tenantId) => this.refresh(tenantId).then(outcomeOf, () => 'failed' as const),
      firstRetryMs,
      clock,
      random,
      log,
      signal,
    });
    this.#backfills = new Backfills({
      slots,
      served: this.served,
      knowledge,
      store,
      clock,
      random,
      log,
      signal,
      makeRevision,
      removeOtherIndexes: (tenantId, embeddingId) => removeOtherIndexes(services.indexFolder(tenantId), embeddingId),
    });
    this.#reading = new DocumentReading({
      slots,
      served: this.served,
      knowledge,
      store,
      clock,
      log,
      makeRevision,
      onUnlisted: (tenantId, key) => {
        // A reading may end after its tenant was removed.
        if (options.serves() && slots.find(tenantId) !== undefined) this.#schedule.request(tenantId, key);
      },
      readFiles: (tenantId) => this.refresh(tenantId),
      onUnembedded: (tenantId) => {
        if (options.serves() && slots.find(tenantId) !== undefined) this.#backfills.request(tenantId);
      },
    });
  }

  /** Its documents were read before this process began. */
  remember(tenantId: string): void {
    this.#keeper.remember(tenantId);
  }

  forget(tenantId: string): void {
    this.#keeper.forget(tenantId);
    this.#schedule.forget(tenantId);
    this.#retries.forget(tenantId);
    this.#backfills.supersede(tenantId);
    this.served.forget(tenantId);
  }

  /** Another definition serves. */
  replaced(bot: ResolvedBot): void {
    this.#backfills.supersede(bot.tenantId);
    // It may mend what failed, and has its pauses anew.
    this.#retries.forget(bot.tenantId);
    void this.refresh(bot.tenantId);
    this.followSources(bot);
  }

  refresh(tenantId: string): Promise<IngestReport> {
    return this.#keeper.refresh(tenantId);
  }

  /** Resolves when a question may be answered. What was read before answers where reading fails, of which the log tells. */
  async ready(tenantId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#keeper.ready(tenantId, signal);
    } catch (error) {
      signal.throwIfAborted();
      if ((await this.#options.services.knowledge.chunkCount(tenantId)) === 0) throw error;
    }
  }

  /** Reads now, and makes the vectors of another embedding to the end. */
  async ingest(tenantId: string, options: IngestOptions, signal: AbortSignal): Promise<IngestReport> {
    const { report, vectors } = await this.#reading.read(tenantId, options, signal);
    if (vectors === 'whole') return report;
    const backfill = await this.#backfills.finish(tenantId, options.onProgress, signal);
    return { ...report, backfill };
  }

  /** What this process refreshes by itself. */
  followSources(bot: ResolvedBot): void {
    if (!this.#options.serves()) return;
    const listings = this.#options.services.store.forTenant(bot.tenantId).sourceListings.all();
    this.#schedule.follow(bot.tenantId, followedSources(bot, listings));
  }

  /** Resolves when nothing is being read, listed or embedded; what waits after a failure is not waited for. */
  async idle(): Promise<void> {
    await this.#retries.idle();
    await this.#keeper.idle();
    await this.#schedule.idle();
    await this.#backfills.idle();
  }

  async #readFiles(tenantId: string, signal: AbortSignal): Promise<IngestReport> {
    const { report, vectors, embedding } = await this.#readOnce(tenantId, signal);
    if (vectors === 'whole') return report;
    if (this.#options.serves()) {
      this.#backfills.request(tenantId);
      return report;
    }
    try {
      // Passages would wait half a minute for a service that is away, and a person with them.
      await tryEmbedding(this.#options.slots.serving(tenantId), signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#backfills.leave(tenantId, embedding, error);
      return report;
    }
    // A command is asked once, and about what the files say now.
    return { ...report, backfill: await this.#backfills.finish(tenantId, undefined, signal) };
  }

  async #readOnce(tenantId: string, signal: AbortSignal): Promise<Reading> {
    try {
      const reading = await this.#reading.read(tenantId, { mode: 'apply', sources: 'at-once' }, signal);
      this.#noteReading(tenantId, outcomeOf(reading.report));
      return reading;
    } catch (error) {
      this.#noteReading(tenantId, 'failed');
      throw error;
    }
  }

  #noteReading(tenantId: string, outcome: 'done' | 'failed'): void {
    // A reading may end after its tenant was removed.
    if (!this.#options.serves() || this.#options.slots.find(tenantId) === undefined) return;
    this.#retries.note(tenantId, documentsKey, outcome);
  }
}

function outcomeOf({ failures }: IngestReport): 'done' | 'failed' {
  return failures.some(isMendable) ? 'failed' : 'done';
}
