import type { OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { quietOf, quietUntil } from './quiet-hours.ts';

/** How soon a changed definition is seen by what waits. */
const longestRestMs = 60_000;

/** Conversations whose next message waits: for the end of the quiet hours, for its next try, for a word of the platform. */
export class QuietRest {
  readonly #services: ConversationServices;
  readonly #resting = new Map<string, AbortController>();

  constructor(services: ConversationServices) {
    this.#services = services;
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
    signal.throwIfAborted();
    const woken = new AbortController();
    const stop = (): void => woken.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#resting.set(key, woken);
    try {
      await this.#services.clock.sleep(Math.min(ms, longestRestMs), woken.signal);
    } catch {
      signal.throwIfAborted();
    } finally {
      this.#resting.delete(key);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Something new came for the conversation: an answer must not wait behind what waits for the morning. */
  wake(key: string): void {
    this.#resting.get(key)?.abort();
  }
}
