import { PolyphonError } from '../contract/index.ts';
import { forgettingBegins } from '../store/personal-data.ts';
import type { ConversationServices } from './conversation-services.ts';
import { claimsKeptMs } from './switch/switch-requests.ts';

const dayMs = 86_400_000;
/** After the start, which has other work. */
const firstAfterMs = 60_000;
/** Ids against duplicates outlive the words they came with; the inbox keeps them for 14 days. */
const idsKeptMs = 15 * dayMs;
/** Events that never arrived are for looking into, not for keeping. */
const failedEventsKeptMs = 30 * dayMs;

/** Erases, once a day, what `guardrails.pii.retention` says is too old to be kept. */
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
      for (const tenantId of this.#tenantIds) {
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

  async #clean(tenantId: string): Promise<void> {
    const { store, clock, log } = this.#services;
    const tenant = store.forTenant(tenantId);
    const now = clock.now();
    const retentionMs = this.#retentionOf(tenantId);
    const keptMs = Math.min(failedEventsKeptMs, retentionMs ?? failedEventsKeptMs);
    await store.write(() => {
      tenant.eventQueue.prune(now - keptMs);
      // Of an address that was claimed and never proved nobody may ever ask again.
      tenant.switches.prune(now - claimsKeptMs);
    });
    if (retentionMs === undefined) return;
    const limits = { before: now - retentionMs, idsKeptSince: now - idsKeptMs };
    let place = forgettingBegins;
    // Each part is a commit of its own, so that turns find room in between.
    while (place.at !== 'done') {
      this.#stopping.signal.throwIfAborted();
      const from = place;
      place = await store.write(() => tenant.personalData.forget(from, limits));
    }
    if (place.forgotten === 0) return;
    log.info('what was said long ago was erased', { tenant: tenantId, rows: place.forgotten });
    await store.scrub('log').catch((error: unknown) => log.debug('the log of the store stays as it is', { error }));
  }

  #retentionOf(tenantId: string): number | undefined {
    return this.#services.leases.botOf(tenantId)?.guardrails.pii.retentionMs;
  }
}
