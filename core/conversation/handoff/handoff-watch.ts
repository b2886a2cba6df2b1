import { PolyphonError } from '../../contract/index.ts';
import { isGone } from '../absence.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { StoredRest } from '../stored-rest.ts';
import { judgeHandoff } from './handoff-timeout.ts';

/** Timers of longer sleeps overflow; what is left is looked at again after this. */
const longestSleepMs = 3_600_000;
/** After a failure it is judged again, and after each more with twice the pause: the store may refuse for a while, or the channel not open. */
const againMs = 30_000;
const longestAgainMs = 300_000;

/** Waits for humans who were asked for, one timer a conversation; what the process before has left included. */
export class HandoffWatch {
  readonly #services: ConversationServices;
  readonly #watching = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #subscription: Disposable | undefined;

  constructor(services: ConversationServices) {
    this.#services = services;
  }

  begin(tenantIds: readonly string[]): void {
    this.#subscription ??= this.#services.events.subscribe('*', (event) => {
      if (event.type === 'handoff.requested') this.#watch(event.tenantId, event.conversation);
    });
    for (const tenantId of tenantIds) {
      for (const conversationId of this.#services.store.forTenant(tenantId).handoffs.requested()) {
        this.#watch(tenantId, conversationId);
      }
    }
  }

  async drain(): Promise<void> {
    this.#subscription?.[Symbol.dispose]();
    this.#stopping.abort(new PolyphonError('TEN2104', 'The process is stopping. The next start goes on waiting.'));
    await Promise.all(this.#watching.values());
  }

  #watch(tenantId: string, conversationId: string): void {
    const key = `${tenantId} ${conversationId}`;
    if (this.#watching.has(key) || this.#stopping.signal.aborted) return;
    const watching = this.#untilJudged(tenantId, conversationId)
      .catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        this.#services.log.error('a request for a human could not be judged', { tenant: tenantId, error });
      })
      .finally(() => this.#watching.delete(key));
    this.#watching.set(key, watching);
  }

  async #untilJudged(tenantId: string, conversationId: string): Promise<void> {
    const tenant = this.#services.store.forTenant(tenantId);
    const rest = new StoredRest(this.#services.clock);
    for (let failures = 0; ; ) {
      const leftMs = await this.#judge(tenantId, tenant, conversationId, rest).catch((error: unknown) => {
        this.#stopping.signal.throwIfAborted();
        // Nobody is left who could give the conversation back; where the bot comes again, it is taken up then.
        if (this.#isAway(tenantId, error)) return undefined;
        const level = failures === 0 ? 'error' : 'debug';
        const fields = { tenant: tenantId, error };
        this.#services.log[level]('a request for a human could not be judged, and is judged again', fields);
        failures += 1;
        return Math.min(againMs * 2 ** (failures - 1), longestAgainMs);
      });
      if (leftMs === undefined) return;
      await this.#services.clock.sleep(Math.min(leftMs, longestSleepMs), this.#stopping.signal);
    }
  }

  async #judge(
    tenantId: string,
    tenant: Parameters<typeof judgeHandoff>[1],
    conversationId: string,
    rest: StoredRest,
  ): Promise<number | undefined> {
    using lease = this.#services.leases.acquire(tenantId);
    return await judgeHandoff(this.#services, tenant, lease.runtime, conversationId, this.#stopping.signal, rest);
  }

  /** A revision that has stopped says the same of itself where another one serves. */
  #isAway(tenantId: string, error: unknown): boolean {
    return isGone(error) || this.#services.leases.botOf(tenantId) === undefined;
  }
}
