import { PolyphonError } from '../contract/index.ts';
import { forgettingBegins } from '../store/personal-data.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import type { ConversationServices } from './conversation-services.ts';
import { claimsKeptMs } from './switch/switch-requests.ts';

const dayMs = 86_400_000;
/** After the start, which has other work. */
const firstAfterMs = 60_000;
/** Platforms repeat a webhook for days; ids are promised for seven. */
const inboxKeptMs = 14 * dayMs;
/** Ids against duplicates outlive the words they came with. */
const idsKeptMs = inboxKeptMs + dayMs;
/** A platform goes on trying a telephone that is off for so long, and tells then what came of it. */
const statusesKeptMs = 30 * dayMs;
/** Events that never arrived are for looking into, not for keeping. */
const failedEventsKeptMs = 30 * dayMs;

/** What waits for a bot that does not serve waits for no less, however short its retention: it may come back. */
const waitingKeptMs = 7 * dayMs;

/**
 * Erases, once a day, what nothing needs any more, and what `guardrails.pii.retention` says is too old to be kept: of a bot that is gone
 * as it said last.
 */
export class Retention {
  readonly #services: ConversationServices;
  readonly #tenantIds = new Set<string>();
  readonly #stopping = new AbortController();
  #subscription: Disposable | undefined;
  #running: Promise<void> | undefined;

  constructor(services: ConversationServices) {
    this.#services = services;
  }

  begin(tenantIds: readonly string[]): void {
    for (const tenantId of tenantIds) this.#tenantIds.add(tenantId);
    // A bot that is added later says so.
    this.#subscription ??= this.#services.events.subscribe('*', ({ tenantId }) => this.#tenantIds.add(tenantId));
    this.#running ??= this.#daily().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted)
        this.#services.log.error('old conversations are not erased any more', { error });
    });
  }

  async drain(): Promise<void> {
    this.#subscription?.[Symbol.dispose]();
    this.#stopping.abort(new PolyphonError('TEN2104', 'The process is stopping.'));
    await this.#running;
  }

  async #daily(): Promise<void> {
    const { clock, log } = this.#services;
    await clock.sleep(firstAfterMs, this.#stopping.signal);
    for (;;) {
      await this.#forgetReceived();
      for (const tenantId of new Set([...this.#tenantIds, ...this.#services.store.servedTenants()])) {
        try {
          await this.#clean(tenantId);
        } catch (error) {
          this.#stopping.signal.throwIfAborted();
          log.error('old conversations could not be erased; tomorrow it is tried again', { tenant: tenantId, error });
        }
      }
      await clock.sleep(dayMs, this.#stopping.signal);
    }
  }

  /** Ids against duplicates are kept for the same time by all bots. */
  async #forgetReceived(): Promise<void> {
    const { store, clock, log } = this.#services;
    const before = clock.now() - inboxKeptMs;
    let after: number | undefined = 0;
    try {
      await this.#inParts(
        () => store.received.prune(after ?? 0, before),
        (last) => {
          after = last;
          return last === undefined;
        },
      );
    } catch (error) {
      this.#stopping.signal.throwIfAborted();
      log.error('ids of old messages could not be forgotten; tomorrow it is tried again', { error });
    }
  }

  async #clean(tenantId: string): Promise<void> {
    const { store, clock, leases } = this.#services;
    const tenant = store.forTenant(tenantId);
    const now = clock.now();
    const retentionMs = leases.retentionOf(tenantId);
    const keptMs = Math.min(failedEventsKeptMs, retentionMs ?? failedEventsKeptMs);
    await store.write(() => {
      tenant.eventQueue.prune(now - keptMs);
      // Of an address that was claimed and never proved nobody may ever ask again.
      tenant.switches.prune(now - claimsKeptMs);
    });
    // A provider's id may hold a telephone number, and is kept no longer than ids of what was received.
    const statusMs = Math.max(idsKeptMs, Math.min(statusesKeptMs, retentionMs ?? statusesKeptMs));
    await this.#inParts(
      () => tenant.inbox.pruneErased(now - inboxKeptMs) + tenant.deliveryStatuses.prune(now - statusMs),
      (pruned) => pruned === 0,
    );
    if (retentionMs === undefined) return;
    if (leases.botOf(tenantId) === undefined) {
      await store.write(() => abandon(tenant, now - Math.max(retentionMs, waitingKeptMs)));
    }
    await this.#forget(tenant, now - retentionMs, now - idsKeptMs);
  }

  async #forget(tenant: TenantStore, before: number, idsKeptSince: number): Promise<void> {
    const { store, log } = this.#services;
    const { tenantId, personalData } = tenant;
    let place = forgettingBegins;
    await this.#inParts(
      () => personalData.forget(place, { before, idsKeptSince }),
      (next) => {
        place = next;
        return next.at === 'done';
      },
    );
    if (place.forgotten === 0) return;
    log.info('what was said long ago was erased', { tenant: tenantId, rows: place.forgotten });
    await store.scrub('log').catch((error: unknown) => log.debug('the log of the store stays as it is', { error }));
  }

  /** Each part is a commit of its own, so that turns find room in between. */
  async #inParts<Part>(part: () => Part, isLast: (done: Part) => boolean): Promise<void> {
    for (;;) {
      this.#stopping.signal.throwIfAborted();
      if (isLast(await this.#services.store.write(part))) return;
    }
  }
}

/** Nobody answers any more what waits for longer than it may be kept; waiting it would stay for good. */
function abandon({ inbox }: TenantStore, before: number): void {
  for (const { conversationId, turnId, receivedAt } of inbox.allOpen()) {
    if (receivedAt < before) inbox.close(conversationId, turnId);
  }
}
