import { AccountClaims } from '../config/account-claims.ts';
import type { LoadedDefinition } from '../config/definition-loader.ts';
import { type Passage, PolyphonError, type ResolvedBot } from '../contract/index.ts';
import type { RuntimeLease, RuntimeLeases } from '../conversation/bot-runtime.ts';
import { within } from '../conversation/within.ts';
import type { IngestOptions, IngestReport } from '../knowledge/ingest-report.ts';
import type { EarlierSearch } from './earlier-search.ts';
import type {
  BotQuery,
  ChannelLease,
  Kernel,
  ReloadReport,
  SharedAccount,
  StartReport,
  TenantSummary,
} from './face.ts';
import { followFiles } from './follow-files.ts';
import type { KernelServices } from './kernel-services.ts';
import { KnowledgeUpkeep } from './knowledge-upkeep.ts';
import { leaseChannel } from './lease-channel.ts';
import { planPorts } from './open-plan.ts';
import { reloadSlot, removedReport } from './reload.ts';
import { Retirements } from './retirements.ts';
import { queryOf } from './search-of.ts';
import { lastRetention, recordRemoved, recordServed } from './served-revisions.ts';
import { severalAtOnce } from './several-at-once.ts';
import { TenantRevision } from './tenant-revision.ts';
import type { TenantSlot } from './tenant-slot.ts';
import { TenantSlots } from './tenant-slots.ts';
import { summaryOf } from './tenant-summary.ts';
import { tryEmbedding } from './try-embedding.ts';
import { tryModel } from './try-model.ts';
import { withoutEchoes } from './without-echoes.ts';

/** How long the process waits for turns when it stops. */
const stopPatienceMs = 10_000;
/** How many definitions are read at once at the start: enough to hide the disk, few enough to keep the loop free. */
const loadWidth = 8;

export class PolyphonKernel implements Kernel, RuntimeLeases {
  readonly #services: KernelServices;
  readonly #slots = new TenantSlots();
  readonly #reloading = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #retirements: Retirements;
  readonly #upkeep: KnowledgeUpkeep;
  /** Of the start; nobody but the first table waits for it. */
  #suggesting: Promise<void> | undefined;
  #state: Kernel['state'] = 'starting';
  /** False in a command that opens a bot without serving it: looking must not change what `plan` compares with. */
  #serves = false;

  constructor(services: KernelServices) {
    this.#services = services;
    const { signal } = this.#stopping;
    const { clock, log } = services;
    this.#retirements = new Retirements({ clock, log, signal });
    this.#upkeep = new KnowledgeUpkeep({
      services,
      slots: this.#slots,
      signal,
      makeRevision: (bot) => this.#makePlain(bot),
      retire: (revision) => this.#retirements.add(revision),
      serves: () => this.#serves,
    });
  }

  get state(): Kernel['state'] {
    return this.#state;
  }

  async start(signal: AbortSignal): Promise<StartReport> {
    this.#serves = true;
    const startedMs = this.#services.clock.monotonicMs();
    const tenantIds = await this.#services.loader.list(signal);
    await severalAtOnce(tenantIds, loadWidth, (id) => this.#inTurn(id, (slot) => this.#reload(slot, signal)));
    const serving = this.#slots.all.filter((slot) => slot.current !== undefined);
    for (const slot of serving) {
      slot.chunks = await this.#services.knowledge.chunkCount(slot.tenantId);
      if (slot.chunks > 0) this.#upkeep.remember(slot.tenantId);
    }
    await this.#services.conversations.recover(
      serving.map((slot) => slot.tenantId),
      signal,
    );
    for (const slot of serving) {
      void this.#upkeep.refresh(slot.tenantId);
      if (slot.current !== undefined) this.#upkeep.followSources(slot.current.bot);
    }
    this.#suggesting = this.#readSuggestions(serving);
    if (this.#state === 'starting') this.#state = 'ready';
    for (const { current } of serving) if (current !== undefined) void this.#listen(current, undefined);
    return {
      serving: serving.length,
      failed: tenantIds.length - serving.length,
      elapsedMs: this.#services.clock.monotonicMs() - startedMs,
    };
  }

  tenants(): readonly TenantSummary[] {
    return this.#slots.all.map((slot) => this.#summary(slot));
  }

  tenant(tenantId: string): TenantSummary {
    return this.#summary(this.#slots.get(tenantId));
  }

  async sharedAccounts(): Promise<readonly SharedAccount[]> {
    const claims = new AccountClaims(this.#services.plugins);
    for (const { serving } of this.#slots.all) if (serving !== undefined) await claims.add(serving);
    return claims.problems();
  }

  acquire(tenantId: string): RuntimeLease {
    return this.#slots.serving(tenantId).lease();
  }

  botOf(tenantId: string): ResolvedBot | undefined {
    return this.#slots.find(tenantId)?.current?.bot;
  }

  retentionOf(tenantId: string): number | undefined {
    const bot = this.botOf(tenantId);
    return bot === undefined ? lastRetention(this.#services.store, tenantId) : bot.guardrails.pii.retentionMs;
  }

  async channel(tenantId: string, key: string, signal: AbortSignal): Promise<ChannelLease> {
    signal.throwIfAborted();
    if (this.#state === 'stopping') {
      throw new PolyphonError('TEN2104', 'The process is stopping and takes nothing new. Send it again in a moment.', {
        retryAfterMs: 1000,
      });
    }
    const deliver = this.#services.conversations.deliverer(tenantId, key);
    return await leaseChannel(this.#slots.serving(tenantId), key, deliver);
  }

  async search(tenantId: string, query: BotQuery, signal: AbortSignal): Promise<readonly Passage[]> {
    using lease = this.acquire(tenantId);
    const retrieval = await lease.runtime.retrieval(signal);
    return retrieval === undefined ? [] : await retrieval.search(queryOf(query, lease.runtime.bot), signal);
  }

  async tryEmbedding(tenantId: string, signal: AbortSignal): Promise<void> {
    await tryEmbedding(this.#slots.serving(tenantId), signal);
  }

  async tryModel(tenantId: string, at: number, signal: AbortSignal): Promise<void> {
    await tryModel(this.#slots.serving(tenantId), at, signal);
  }

  async ingest(tenantId: string, options: IngestOptions, signal: AbortSignal): Promise<IngestReport> {
    this.#slots.serving(tenantId);
    return this.#upkeep.ingest(tenantId, options, signal);
  }

  async knowledgeIdle(): Promise<void> {
    await this.#upkeep.idle();
    await this.#suggesting;
  }

  reload(tenantId: string, signal: AbortSignal): Promise<ReloadReport> {
    return this.#inTurn(tenantId, async (slot) => {
      const exists = (await this.#services.loader.list(signal)).includes(tenantId);
      return exists ? this.#reload(slot, signal) : this.#remove(slot);
    });
  }

  watch(onReload: (report: ReloadReport) => void, signal: AbortSignal): Promise<void> {
    const { botsDirectory, loader, log, clock } = this.#services;
    const reload = (tenantId: string, stop: AbortSignal) => this.reload(tenantId, stop);
    const followed = { botsDirectory, loader, slots: this.#slots, keeper: this.#upkeep, log, reload };
    return followFiles(followed, withoutEchoes(onReload, clock), AbortSignal.any([signal, this.#stopping.signal]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'stopping') return;
    this.#state = 'stopping';
    using patience = this.#services.clock.deadline(stopPatienceMs);
    const revisions = this.#slots.all.flatMap(({ current }) => current ?? []);
    await Promise.all(revisions.map((revision) => revision.stopListening(patience.signal)));
    await this.#services.conversations.drain(patience.signal);
    this.#stopping.abort(new PolyphonError('TEN2104', 'The process is stopping.'));
    await within(Promise.all(this.#reloading.values()), [patience.signal]).catch(() => {});
    await this.#upkeep.idle();
    await Promise.all(this.#slots.all.map((slot) => slot.current?.retire(patience.signal)));
    await this.#retirements.ended();
  }

  /** Reloads of one tenant run one after the other; a slot that one of them removes is another one for the next. */
  #inTurn(tenantId: string, reload: (slot: TenantSlot) => Promise<ReloadReport>): Promise<ReloadReport> {
    const before = this.#reloading.get(tenantId) ?? Promise.resolve();
    const reloading = before.then(() => reload(this.#slots.findOrMake(tenantId)));
    const ended = reloading
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        if (this.#reloading.get(tenantId) === ended) this.#reloading.delete(tenantId);
      });
    this.#reloading.set(tenantId, ended);
    return reloading;
  }

  #reload(slot: TenantSlot, signal: AbortSignal): Promise<ReloadReport> {
    return reloadSlot(
      slot,
      {
        loader: this.#services.loader,
        clock: this.#services.clock,
        makeRevision: (bot) => this.#makeRevision(bot),
        onServing: (changed, loaded, { current, previous }) => this.#onServing(changed, loaded, current, previous),
        retire: (revision) => this.#retirements.add(revision),
      },
      AbortSignal.any([signal, this.#stopping.signal]),
    );
  }

  #onServing(
    slot: TenantSlot,
    loaded: LoadedDefinition,
    revision: TenantRevision,
    previous: TenantRevision | undefined,
  ): void {
    if (this.#serves) recordServed(this.#services.store, loaded, revision.bot.revision, this.#services.log);
    if (this.#state !== 'ready') return;
    void this.#takeUp(slot.tenantId);
    void this.#listen(revision, previous);
    void this.#services.suggestions.refresh(revision.bot, this.#stopping.signal);
    this.#services.events.emit({
      type: 'bot.reloaded',
      tenantId: slot.tenantId,
      at: new Date(this.#services.clock.now()).toISOString(),
      revision: revision.bot.revision,
    });
    this.#upkeep.replaced(revision.bot);
  }

  /** What waits for what serves only now: the definition had a mistake when the process began, or a channel was away, or a plugin did not open. */
  async #takeUp(tenantId: string): Promise<void> {
    const { conversations, log } = this.#services;
    if (!this.#serves) return;
    try {
      await conversations.recover([tenantId], this.#stopping.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        log.error('not all that was left of a bot could be taken up', { tenantId, error });
    }
  }

  /** The revision before it stops first: two that fetch for one bot would take each other's messages. */
  async #listen(revision: TenantRevision, previous: TenantRevision | undefined): Promise<void> {
    if (!this.#serves) return;
    await previous?.stopListening(this.#stopping.signal);
    const { tenantId } = revision.bot;
    if (this.#state === 'ready')
      revision.listen((key) => this.#services.conversations.deliverer(tenantId, key), previous);
  }

  async #readSuggestions(slots: readonly TenantSlot[]): Promise<void> {
    for (const { current } of slots) {
      if (current !== undefined) await this.#services.suggestions.refresh(current.bot, this.#stopping.signal);
    }
  }

  #remove(slot: TenantSlot): ReloadReport {
    const revision = slot.current;
    this.#slots.delete(slot.tenantId);
    this.#upkeep.forget(slot.tenantId);
    this.#services.suggestions.forget(slot.tenantId);
    if (revision !== undefined) this.#retirements.add(revision);
    if (this.#serves) recordRemoved(this.#services.store, slot.tenantId, this.#services.log);
    return removedReport(slot.tenantId);
  }

  #makeRevision(bot: ResolvedBot): Promise<TenantRevision> {
    return this.#makePlain(bot, this.#upkeep.served.earlierFor(bot));
  }

  /** Without `earlier`, one that searches with its own embedding only. */
  async #makePlain(bot: ResolvedBot, earlier?: EarlierSearch<TenantRevision>): Promise<TenantRevision> {
    return new TenantRevision({
      bot,
      planned: await planPorts(bot, this.#services.plugins),
      services: this.#services.tenantServices(bot),
      beforeRetrieval: (signal) => this.#upkeep.ready(bot.tenantId, signal),
      earlier,
    });
  }

  #summary(slot: TenantSlot): TenantSummary {
    return summaryOf(slot, {
      suggestions: this.#services.suggestions.of(slot.tenantId),
      activeTurns: this.#services.conversations.activeTurns(slot.tenantId),
    });
  }
}
