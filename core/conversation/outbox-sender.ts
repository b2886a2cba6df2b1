import { type OutboundMessage, PolyphonError, type SendResult } from '../contract/index.ts';
import type { OutboxChange, OutboxRow } from '../store/outbox.ts';
import { type ConversationServices, emitEvent } from './conversation-services.ts';
import { persist } from './persist.ts';
import { publicMessage } from './stored-message.ts';

const maxAttempts = 8;
const firstPauseMs = 1000;
const longestPauseMs = 5 * 60_000;

/** Sends what turns have left, in order within a conversation; the one layer that tries again. */
export class OutboxSender {
  readonly #services: ConversationServices;
  readonly #working = new Map<string, Promise<void>>();
  /** Nothing waits for its next try any more. */
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();

  constructor(services: ConversationServices) {
    this.#services = services;
  }

  /** Looks after the conversation until everything in it is settled. */
  kick(tenantId: string, conversationId: string): void {
    const key = `${tenantId} ${conversationId}`;
    if (this.#working.has(key) || this.#draining.signal.aborted) return;
    if (this.#services.store.forTenant(tenantId).outbox.next(conversationId) === undefined) return;
    const work = this.#work(tenantId, conversationId)
      .catch((error: unknown) => {
        if (!this.#draining.signal.aborted) {
          this.#services.log.error('sending stopped; the next message or start takes it up', { tenantId, error });
        }
      })
      .finally(() => this.#working.delete(key));
    this.#working.set(key, work);
  }

  /** Sends again what was left by the process before; what it was just sending may have arrived, and is not repeated. */
  async recover(tenantId: string): Promise<void> {
    const { outbox } = this.#services.store.forTenant(tenantId);
    const conversations = outbox.unsettled();
    if (conversations.length === 0) return;
    await this.#services.store.write(() => {
      for (const conversationId of conversations) {
        const row = outbox.next(conversationId);
        if (row?.state === 'sending')
          outbox.change(row.id, { ...row, state: 'uncertain', reason: 'the process stopped while sending' });
      }
    });
    for (const conversationId of conversations) this.kick(tenantId, conversationId);
  }

  async drain(signal: AbortSignal): Promise<void> {
    const reason = new PolyphonError('TEN2104', 'The process is stopping. What waits is sent at the next start.');
    this.#draining.abort(reason);
    const stop = (): void => this.#stopping.abort(reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    await Promise.all(this.#working.values());
    signal.removeEventListener('abort', stop);
  }

  async #work(tenantId: string, conversationId: string): Promise<void> {
    const { store, clock } = this.#services;
    const { outbox } = store.forTenant(tenantId);
    for (let row = outbox.next(conversationId); row !== undefined; row = outbox.next(conversationId)) {
      const rest = row.dueAt - clock.now();
      if (rest > 0) await clock.sleep(rest, this.#draining.signal);
      await this.#send(tenantId, row);
    }
  }

  async #send(tenantId: string, row: OutboxRow): Promise<void> {
    const { log } = this.#services;
    await this.#change(tenantId, row, { ...row, state: 'sending', attempts: row.attempts + 1 });
    const result = await this.#attempt(tenantId, row).catch((error: unknown): SendResult => {
      log.warn('a channel threw while sending', { tenantId, channel: row.channel, error });
      if (error instanceof PolyphonError && error.retryAfterMs !== undefined) {
        return { status: 'rejected', reason: error.code, retryAfterMs: error.retryAfterMs };
      }
      return { status: 'uncertain' };
    });
    const attempts = row.attempts + 1;
    switch (result.status) {
      case 'delivered':
        await this.#change(tenantId, row, {
          ...row,
          state: 'delivered',
          attempts,
          providerMessageId: result.providerMessageId,
        });
        return this.#sent(tenantId, row);
      case 'uncertain':
        await this.#change(tenantId, row, { ...row, state: 'uncertain', attempts, reason: 'no answer came' });
        return this.#failed(tenantId, row, 'uncertain');
      case 'rejected': {
        const again = result.retryAfterMs !== undefined && attempts < maxAttempts;
        const { reason } = result;
        const dueAt = again ? this.#services.clock.now() + this.#pause(attempts, result.retryAfterMs) : row.dueAt;
        await this.#change(tenantId, row, { ...row, state: again ? 'waiting' : 'dead', attempts, dueAt, reason });
        return again ? undefined : this.#failed(tenantId, row, reason);
      }
      default:
        return result satisfies never;
    }
  }

  async #attempt(tenantId: string, row: OutboxRow): Promise<SendResult> {
    using lease = this.#services.leases.acquire(tenantId);
    const channel = await lease.runtime.channel(row.channel, this.#stopping.signal);
    if (channel.send === undefined) return { status: 'rejected', reason: 'the channel does not send any more' };
    return await channel.send(JSON.parse(row.payload) as OutboundMessage, this.#stopping.signal);
  }

  /** Full jitter, so that many conversations that failed together do not come back together; never before we were told to. */
  #pause(attempts: number, atLeastMs: number): number {
    const most = Math.min(longestPauseMs, firstPauseMs * 2 ** attempts);
    return atLeastMs + Math.floor(this.#services.random.next() * most);
  }

  #change(tenantId: string, row: OutboxRow, change: OutboxChange): Promise<void> {
    const { outbox } = this.#services.store.forTenant(tenantId);
    return persist(this.#services, this.#stopping.signal, () => outbox.change(row.id, change));
  }

  #sent(tenantId: string, row: OutboxRow): void {
    const message = this.#services.store.forTenant(tenantId).messages.byId(row.messageId);
    if (message === undefined) return;
    const { channel, conversationId: conversation } = row;
    emitEvent(this.#services, tenantId, {
      type: 'channel.message.sent',
      channel,
      conversation,
      message: publicMessage(message),
    });
  }

  #failed(tenantId: string, row: OutboxRow, reason: string): void {
    const { channel, conversationId: conversation } = row;
    emitEvent(this.#services, tenantId, { type: 'delivery.failed', channel, conversation, reason });
  }
}
