import type { OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { Sleepers } from '../sleepers.ts';
import { quietOf, quietUntil } from './quiet-hours.ts';

/** How soon a changed definition is seen by what waits. */
const longestRestMs = 60_000;

/** Conversations whose next message waits: for the end of the quiet hours, for its next try, for a word of the platform. */
export class QuietRest {
  readonly #services: ConversationServices;
  readonly #sleepers: Sleepers;

  constructor(services: ConversationServices) {
    this.#services = services;
    this.#sleepers = new Sleepers(services.clock);
  }

  /** Whether it still has to wait: the person may have written meanwhile, or the definition have changed. */
  mustWait(tenantId: string, row: OutboxRow): boolean {
    const { leases, store, clock } = this.#services;
    const bot = leases.botOf(tenantId);
    // A bot that does not serve cannot send either.
    if (bot === undefined) return true;
    const quiet = quietOf(bot, row.channel);
    const lastHeardMs = store.forTenant(tenantId).inbox.lastHeardAt(row.channel, row.conversationId);
    return quiet !== undefined && quietUntil(quiet, clock.now(), lastHeardMs) !== undefined;
  }

  /** Rests a while, or until `wake`. @throws the reason of the signal. */
  async rest(key: string, ms: number, signal: AbortSignal): Promise<void> {
    await this.#sleepers.sleep(key, Math.min(ms, longestRestMs), signal);
  }

  /** Something new came for the conversation: an answer must not wait behind what waits for the morning. */
  wake(key: string): void {
    this.#sleepers.wake(key);
  }
}
