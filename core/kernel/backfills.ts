import type { Clock, Logger, Random } from '../contract/index.ts';
import { PolyphonError } from '../contract/index.ts';
import { type BackfillReport, earlierThan } from '../knowledge/backfill-report.ts';
import type { IngestProgress } from '../knowledge/ingest-report.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { Store } from '../store/open-store.ts';
import { RefreshSchedule } from './refresh-schedule.ts';
import type { ServedEmbeddings } from './served-embeddings.ts';
import type { TenantRevision } from './tenant-revision.ts';
import type { TenantSlots } from './tenant-slots.ts';

export interface BackfillsServices {
  readonly slots: TenantSlots;
  readonly served: ServedEmbeddings;
  readonly knowledge: Knowledge;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
  makeRevision(bot: TenantRevision['bot']): Promise<TenantRevision>;
  /** Removes what a retrieval has kept for other embeddings. */
  removeOtherIndexes(tenantId: string, embeddingId: string): Promise<void>;
}

/** A service that asks to wait has been waited for already, for some minutes. */
export const firstRetryMs = 60_000;
const key = 'embedding';

/**
 * Makes the vectors that chunks lack, in the background and for some tenants at once: that waits for the network. Of one tenant there is
 * one run at a time; what a run has made stays, so it may end and begin again at any moment.
 */
export class Backfills {
  readonly #services: BackfillsServices;
  readonly #schedule: RefreshSchedule;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>();

  constructor(services: BackfillsServices) {
    this.#services = services;
    const { clock, random, log, signal } = services;
    this.#schedule = new RefreshSchedule({
      refresh: (tenantId, _key, stop) => this.#inBackground(tenantId, stop),
      firstRetryMs,
      clock,
      random,
      log,
      signal,
    });
  }

  /** As soon as there is room. */
  request(tenantId: string): void {
    this.#schedule.request(tenantId, key);
  }

  /** What runs for this tenant is of a definition that serves no more. */
  supersede(tenantId: string): void {
    this.#schedule.forget(tenantId);
    this.#stop(tenantId);
    const slot = this.#services.slots.find(tenantId);
    if (slot !== undefined) slot.backfill = undefined;
  }

  /** Makes them now, in the place of a run in the background. */
  async finish(
    tenantId: string,
    onProgress: ((progress: IngestProgress) => void) | undefined,
    signal: AbortSignal,
  ): Promise<BackfillReport> {
    this.#stop(tenantId);
    return await this.#alone(tenantId, signal, (stop) => this.#run(tenantId, onProgress, stop));
  }

  /** Tells of what is lacking and is not made now. */
  leave(tenantId: string, embedding: string, why: unknown): void {
    const { slots, store } = this.#services;
    const slot = slots.find(tenantId);
    if (slot === undefined) return;
    const { embeddings } = store.forTenant(tenantId);
    const error = why instanceof PolyphonError ? { error: { code: why.code, message: why.message } } : {};
    const missing = embeddings.lacking(embedding);
    slot.backfill = { embedding, made: 0, missing, ...earlierThan(embedding, embeddings), ...error };
  }

  /** Resolves when nothing is to be made; what waits after a failure is not waited for. */
  async idle(): Promise<void> {
    await this.#schedule.idle();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #stop(tenantId: string): void {
    this.#running
      .get(tenantId)
      ?.stop.abort(new PolyphonError('TEN2102', `Tenant ${tenantId}: its definition has changed. It is made anew.`));
  }

  async #inBackground(tenantId: string, signal: AbortSignal): Promise<'done' | 'failed'> {
    return await this.#alone(tenantId, signal, async (stop) => {
      try {
        const { missing, error } = await this.#run(tenantId, undefined, stop);
        return missing > 0 || error !== undefined ? 'failed' : 'done';
      } catch (error) {
        // Should whoever stopped it not finish either, it goes on after a while.
        if (stop.aborted) return 'failed';
        throw error;
      }
    });
  }

  async #alone<Result>(
    tenantId: string,
    signal: AbortSignal,
    run: (stop: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    for (let other = this.#running.get(tenantId); other !== undefined; other = this.#running.get(tenantId)) {
      await other.ended;
    }
    const stop = new AbortController();
    const result = run(AbortSignal.any([stop.signal, signal, this.#services.signal]));
    const ended = result.then(
      () => void this.#running.delete(tenantId),
      () => void this.#running.delete(tenantId),
    );
    this.#running.set(tenantId, { stop, ended });
    return await result;
  }

  async #run(
    tenantId: string,
    onProgress: ((progress: IngestProgress) => void) | undefined,
    signal: AbortSignal,
  ): Promise<BackfillReport> {
    const { slots, served, knowledge, log, clock } = this.#services;
    const slot = slots.find(tenantId);
    const serving = slot?.current;
    if (slot === undefined || serving === undefined) return { made: 0, missing: 0 };
    using _lease = serving.lease();
    const definition = served.definitionOf(tenantId, serving.bot);
    const startedMs = clock.monotonicMs();
    const { embeddings } = this.#services.store.forTenant(tenantId);
    const from = embeddings.served()?.embeddingId;
    const passing = serving.openTokens.length > 0 ? undefined : await this.#services.makeRevision(serving.bot);
    try {
      signal.throwIfAborted();
      const embedding = await (passing ?? serving).embedding();
      const earlier = earlierThan(embedding.id, embeddings);
      const report = await knowledge.backfill(
        {
          tenantId,
          embedding,
          definition,
          onProgress: (progress) => {
            slot.backfill = { embedding: embedding.id, ...progressOf(progress), ...earlier };
            onProgress?.(progress);
          },
          prepare: (stop) => serving.prepareSearch(stop),
          onServing: async () => {
            served.remember(tenantId, embedding.id, serving.bot);
            serving.takeOverSearch();
            await this.#services.removeOtherIndexes(tenantId, embedding.id).catch((error: unknown) => {
              log.warn('older indexes could not be removed', { tenant: tenantId, error });
            });
          },
        },
        signal,
      );
      const { made, missing, error } = report;
      const about = { tenant: tenantId, embedding: embedding.id, ...earlier, made };
      if (missing > 0 || error !== undefined) {
        slot.backfill = { embedding: embedding.id, made, missing, ...earlier, ...(error && { error }) };
        const meanwhile = report.earlier === undefined ? 'words find what has none' : 'the earlier embedding answers';
        log.warn(`not all chunks have vectors yet: ${meanwhile}`, {
          ...about,
          missing,
          ...(error && { code: error.code, reason: error.message }),
        });
      } else {
        slot.backfill = undefined;
        if (from !== embedding.id || made > 0)
          log.info('all chunks have vectors', { ...about, elapsedMs: Math.round(clock.monotonicMs() - startedMs) });
      }
      return report;
    } finally {
      await passing?.[Symbol.asyncDispose]();
    }
  }
}

function progressOf({ done, total }: IngestProgress): { readonly made: number; readonly missing: number } {
  return { made: done, missing: total - done };
}
