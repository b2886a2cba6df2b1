import type { DefinitionLoader } from '../config/definition-loader.ts';
import { type EarlierRetrieval, retrievalToKeep } from '../config/earlier-retrieval.ts';
import type { Clock, Embedding, Logger, ResolvedBot } from '../contract/index.ts';
import type { Store } from '../store/open-store.ts';
import { EarlierSearch } from './earlier-search.ts';
import type { TenantRevision } from './tenant-revision.ts';
import type { TenantSlots } from './tenant-slots.ts';

export interface ServedEmbeddingsServices {
  readonly slots: TenantSlots;
  readonly store: Store;
  readonly loader: Pick<DefinitionLoader, 'earlier'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** One that searches with its own embedding only. */
  makeRevision(bot: ResolvedBot): Promise<TenantRevision>;
  retire(revision: TenantRevision): void;
}

/** Knows with which embedding each tenant can search now, and opens an earlier one again. */
export class ServedEmbeddings {
  readonly #services: ServedEmbeddingsServices;
  /** With its secrets, which the files may have lost meanwhile. */
  readonly #known = new Map<string, { readonly embeddingId: string; readonly bot: ResolvedBot }>();
  /** Tenants of which the log has heard that their earlier embedding cannot be had. */
  readonly #told = new Map<string, string>();

  constructor(services: ServedEmbeddingsServices) {
    this.#services = services;
  }

  /**
   * Notes that the vectors of this embedding serve, where none is lacking. `lacking` where some are, or others serve: then they are
   * to be made first.
   */
  async note(tenantId: string, embedding: Embedding, bot: ResolvedBot): Promise<'whole' | 'lacking'> {
    const { store } = this.#services;
    const { embeddings } = store.forTenant(tenantId);
    const definition = this.definitionOf(tenantId, bot);
    // Replaced meanwhile; whoever replaced it reads again.
    if (definition === undefined) return 'whole';
    const served = embeddings.served();
    if (served !== undefined && (served.embeddingId !== embedding.id || served.next !== undefined)) return 'lacking';
    if (embeddings.lacking(embedding.id) > 0) return 'lacking';
    if (JSON.stringify(served?.definition) !== JSON.stringify(definition)) {
      await store.write(() => {
        if (embeddings.lacking(embedding.id) === 0) embeddings.serve({ embeddingId: embedding.id, definition });
      });
    }
    this.remember(tenantId, embedding.id, bot);
    return 'whole';
  }

  /** The same before there is a first chunk: should its reading end half-way, it is known what the first ones were made with. */
  async noteFirst(tenantId: string, embedding: Embedding, bot: ResolvedBot): Promise<void> {
    if (this.#services.store.forTenant(tenantId).embeddings.served() === undefined)
      await this.note(tenantId, embedding, bot);
  }

  /** What is stored of the definition that serves; undefined where `bot` serves no more. */
  definitionOf(tenantId: string, bot: ResolvedBot): unknown {
    const slot = this.#services.slots.find(tenantId);
    return slot?.current?.bot === bot ? retrievalToKeep(slot.serving?.canonical, bot.retrieval) : undefined;
  }

  remember(tenantId: string, embeddingId: string, bot: ResolvedBot): void {
    this.#known.set(tenantId, { embeddingId, bot });
    this.#told.delete(tenantId);
  }

  forget(tenantId: string): void {
    this.#known.delete(tenantId);
    this.#told.delete(tenantId);
  }

  /** What a revision of this bot searches with while the vectors of its own embedding are lacking. */
  earlierFor(bot: ResolvedBot): EarlierSearch<TenantRevision> {
    const { store, clock, retire } = this.#services;
    const { embeddings } = store.forTenant(bot.tenantId);
    return new EarlierSearch({
      servedId: () => embeddings.served()?.embeddingId,
      open: (embeddingId) => this.#open(bot, embeddingId),
      retire,
      clock,
    });
  }

  async #open(bot: ResolvedBot, embeddingId: string): Promise<TenantRevision | undefined> {
    const { tenantId } = bot;
    let revision: TenantRevision | undefined;
    try {
      const earlier = await this.#earlierOf(tenantId, embeddingId);
      if ('reason' in earlier) {
        this.#tell(tenantId, embeddingId, { reason: earlier.reason });
        return undefined;
      }
      const { use, with: config, embedding, secretValues } = earlier;
      revision = await this.#services.makeRevision({
        ...bot,
        retrieval: { ...bot.retrieval, use, with: config, embedding },
        secretValues: [...new Set([...bot.secretValues, ...secretValues])],
      });
      const { id } = await revision.embedding();
      if (id === embeddingId) {
        await revision.port('retrieval:retrieval');
        return revision;
      }
      this.#tell(tenantId, embeddingId, { reason: `its plugin makes other vectors now (${id})` });
    } catch (error) {
      if (!this.#services.signal.aborted)
        this.#tell(tenantId, embeddingId, { reason: 'its plugin does not open', error });
    }
    await revision?.[Symbol.asyncDispose]();
    return undefined;
  }

  async #earlierOf(tenantId: string, embeddingId: string): Promise<EarlierRetrieval | { readonly reason: string }> {
    const known = this.#known.get(tenantId);
    if (known?.embeddingId === embeddingId) return { ...known.bot.retrieval, secretValues: known.bot.secretValues };
    const { store, loader, signal } = this.#services;
    const served = store.forTenant(tenantId).embeddings.served();
    if (served?.embeddingId !== embeddingId) return { reason: 'others serve meanwhile' };
    return loader.earlier(tenantId, served.definition, signal);
  }

  #tell(tenantId: string, embeddingId: string, why: { readonly reason: string; readonly error?: unknown }): void {
    if (this.#told.get(tenantId) === embeddingId) return;
    this.#told.set(tenantId, embeddingId);
    this.#services.log.warn(
      'the earlier embedding cannot be used any more: words answer until the new vectors are whole',
      {
        tenant: tenantId,
        embedding: embeddingId,
        ...why,
      },
    );
  }
}
