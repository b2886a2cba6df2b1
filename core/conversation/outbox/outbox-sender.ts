import {
  type Channel,
  type OutboundMessage,
  PolyphonError,
  type ResolvedBot,
  type SendResult,
} from '../../contract/index.ts';
import type { OutboxChange, OutboxRow } from '../../store/outbox.ts';
import { type ConversationServices, emitEvent } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import { publicMessage } from '../session/stored-message.ts';
import { within } from '../within.ts';
import { piecesOf } from './outbox-rows.ts';
import { QuietRest } from './quiet-rest.ts';
import { sendFacts } from './send-facts.ts';
import { judgeSend, type SendVerdict } from './send-policy.ts';

const maxAttempts = 8;
/** How often a message is sent once more after the process ended while it was being sent. It may be what ends the process. */
const maxResends = 3;
const firstPauseMs = 1000;
const longestPauseMs = 5 * 60_000;
/** A request without an answer for so long may have arrived or not. */
const sendDeadlineMs = 30_000;
/** How long a message waits for a bot that does not serve or a channel that cannot be opened. That is no attempt. */
const unavailablePauseMs = 30_000;
/** How often is looked for what nobody looks after: retried by a command line, or left when the disk refused. */
const sweepMs = 10_000;

/** Sends what turns have left, in order within a conversation; the one layer that tries again. */
export class OutboxSender {
  readonly #services: ConversationServices;
  readonly #working = new Map<string, Promise<void>>();
  readonly #quiet: QuietRest;
  /** By id of the row, until they are written. */
  readonly #outcomes = new Map<string, SendResult>();
  /** Nothing waits for its next try any more. */
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();
  #sweeping: Promise<void> | undefined;

  constructor(services: ConversationServices) {
    this.#services = services;
    this.#quiet = new QuietRest(services);
  }

  /** Looks after the conversation until everything in it is settled. */
  kick(tenantId: string, conversationId: string): void {
    const key = `${tenantId} ${conversationId}`;
    this.#quiet.wake(key);
    if (this.#working.has(key) || this.#draining.signal.aborted) return;
    if (this.#services.store.forTenant(tenantId).outbox.next(conversationId) === undefined) return;
    const work = this.#work(tenantId, conversationId)
      .catch((error: unknown) => {
        if (!this.#draining.signal.aborted) {
          this.#services.log.error('sending stopped and is taken up again in a moment', { tenantId, error });
        }
      })
      .finally(() => this.#working.delete(key));
    this.#working.set(key, work);
  }

  /** Sends what was left by the process before, and from now on what others put into the store. */
  recover(tenantId: string): void {
    for (const conversationId of this.#services.store.forTenant(tenantId).outbox.unsettled()) {
      this.kick(tenantId, conversationId);
    }
    this.#sweeping ??= this.#sweep().catch(() => {});
  }

  async drain(signal: AbortSignal): Promise<void> {
    const reason = new PolyphonError('TEN2104', 'The process is stopping. What waits is sent at the next start.');
    this.#draining.abort(reason);
    const stop = (): void => this.#stopping.abort(reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    await Promise.all([this.#sweeping, ...this.#working.values()]);
    signal.removeEventListener('abort', stop);
  }

  async #sweep(): Promise<void> {
    for (;;) {
      await this.#services.clock.sleep(sweepMs, this.#draining.signal);
      for (const { tenantId, conversationId } of this.#services.store.unsent().conversations) {
        if (!this.#working.has(`${tenantId} ${conversationId}`)) this.kick(tenantId, conversationId);
      }
    }
  }

  async #work(tenantId: string, conversationId: string): Promise<void> {
    const { store, clock } = this.#services;
    const { outbox } = store.forTenant(tenantId);
    for (let row = outbox.next(conversationId); row !== undefined; row = outbox.next(conversationId)) {
      const restMs = row.dueAt - clock.now();
      if (row.state === 'sending') await this.#resume(tenantId, row);
      // What waits is read again afterwards: it may have been given up meanwhile.
      else if (restMs > 0 && row.reason === 'quiet-hours') {
        if (!this.#quiet.mustWait(tenantId, row)) await this.#send(tenantId, row);
        else await this.#quiet.rest(`${tenantId} ${conversationId}`, restMs, this.#draining.signal);
      } else if (restMs > 0) await clock.sleep(restMs, this.#draining.signal);
      else await this.#send(tenantId, row);
    }
  }

  /**
   * What was being sent when the process ended may have arrived or not, and most platforms cannot say. A person without an answer is worse
   * off than one who gets it twice: it goes out once more, and marked, before what waits behind it.
   */
  async #resume(tenantId: string, row: OutboxRow): Promise<void> {
    const outcome = this.#outcomes.get(row.id);
    // Nothing ended: the disk had refused to take down what became of it.
    if (outcome !== undefined) return await this.#settle(tenantId, { ...row, attempts: row.attempts - 1 }, outcome);
    const reason = 'stopped-while-sending';
    if (row.resends >= maxResends) return await this.#doubt(tenantId, row, reason);
    const { channel } = row;
    this.#services.log.warn('a message is sent once more: the process ended while sending it', { tenantId, channel });
    await this.#change(tenantId, row, { ...row, state: 'waiting', resends: row.resends + 1, dueAt: 0, reason });
  }

  async #send(tenantId: string, row: OutboxRow): Promise<void> {
    using held = new DisposableStack();
    let channel: Channel;
    let bot: ResolvedBot;
    try {
      const { runtime } = held.use(this.#services.leases.acquire(tenantId));
      bot = runtime.bot;
      channel = await runtime.channel(row.channel, this.#stopping.signal);
    } catch (error) {
      return await this.#unavailable(tenantId, row, error);
    }
    if (channel.send === undefined) return await this.#giveUp(tenantId, row, 'channel-does-not-send');
    const verdict = await this.#claim(tenantId, row, channel, bot);
    switch (verdict?.kind) {
      case 'send':
        return await this.#settle(tenantId, row, await this.#attempt(tenantId, row, channel, verdict.message));
      case 'refuse':
        return this.#failed(tenantId, row, verdict.reason);
      case 'split':
      case 'wait':
      case undefined:
        return;
      default:
        verdict satisfies never;
    }
  }

  /** Nothing was sent. Where the bot or the channel is gone for good the message is given up, else it waits. */
  async #unavailable(tenantId: string, row: OutboxRow, error: unknown): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    const code = error instanceof PolyphonError ? error.code : undefined;
    if (code === 'TEN2101' || code === 'TEN2103') return await this.#giveUp(tenantId, row, 'channel-removed');
    this.#services.log.warn('a message waits for its channel', { tenantId, channel: row.channel, error });
    const dueAt = this.#services.clock.now() + unavailablePauseMs;
    await this.#change(tenantId, row, { ...row, dueAt, reason: code ?? 'channel-unavailable' });
  }

  /** Judges and marks the row in one transaction, so that nothing changes in between. Undefined when it is not to be sent any more. */
  #claim(tenantId: string, row: OutboxRow, channel: Channel, bot: ResolvedBot): Promise<SendVerdict | undefined> {
    const tenant = this.#services.store.forTenant(tenantId);
    const { outbox } = tenant;
    return persist(this.#services, this.#stopping.signal, () => {
      if (outbox.byId(row.id)?.state !== 'waiting') return undefined;
      const message = JSON.parse(row.payload) as OutboundMessage;
      const verdict = judgeSend(message, sendFacts(tenant, row, channel, bot, this.#services.clock.now()));
      switch (verdict.kind) {
        case 'send':
          outbox.change(row.id, { ...row, state: 'sending', attempts: row.attempts + 1 });
          break;
        case 'refuse':
          outbox.change(row.id, { ...row, state: 'dead', reason: verdict.reason });
          break;
        case 'wait':
          outbox.change(row.id, { ...row, dueAt: verdict.untilMs, reason: verdict.reason });
          break;
        case 'split':
          this.#split(tenantId, row, message, verdict.pieces);
          break;
        default:
          verdict satisfies never;
      }
      return verdict;
    });
  }

  /** The pieces take the row's place: what waited behind it goes behind them. */
  #split(tenantId: string, row: OutboxRow, message: OutboundMessage, pieces: readonly string[]): void {
    const { outbox } = this.#services.store.forTenant(tenantId);
    const behind = outbox.unsettledOf(row.conversationId).filter(({ id }) => id !== row.id);
    for (const piece of piecesOf(this.#services, row, message, pieces)) {
      if (piece.id === row.id) outbox.setPayload(row.id, piece.payload);
      else outbox.insert(piece);
    }
    for (const { id } of behind) outbox.moveToEnd(id);
  }

  async #attempt(tenantId: string, row: OutboxRow, channel: Channel, message: OutboundMessage): Promise<SendResult> {
    using deadline = this.#services.clock.deadline(sendDeadlineMs);
    const signal = AbortSignal.any([deadline.signal, this.#stopping.signal]);
    try {
      const sending = channel.send?.(message, signal) ?? Promise.resolve<SendResult>({ status: 'uncertain' });
      const result = await within(sending, [signal]);
      if (result.status === 'uncertain') this.#stopping.signal.throwIfAborted();
      return result;
    } catch (error) {
      // The process stops before the answer: the next one sends it once more, as after a crash.
      this.#stopping.signal.throwIfAborted();
      this.#services.log.warn('a channel threw while sending', { tenantId, channel: row.channel, error });
      if (!signal.aborted && error instanceof PolyphonError && error.retryAfterMs !== undefined) {
        return { status: 'rejected', reason: error.code, retryAfterMs: error.retryAfterMs };
      }
      return { status: 'uncertain' };
    }
  }

  async #settle(tenantId: string, row: OutboxRow, result: SendResult): Promise<void> {
    this.#outcomes.set(row.id, result);
    await this.#record(tenantId, row, result);
    this.#outcomes.delete(row.id);
  }

  async #record(tenantId: string, row: OutboxRow, result: SendResult): Promise<void> {
    const attempts = row.attempts + 1;
    switch (result.status) {
      case 'delivered':
        return await this.#delivered(tenantId, row, result.providerMessageId);
      case 'uncertain':
        return await this.#doubt(tenantId, { ...row, attempts }, 'no-answer');
      case 'rejected': {
        const { reason } = result;
        if (result.retryAfterMs === undefined || attempts >= maxAttempts) {
          return await this.#giveUp(tenantId, { ...row, attempts }, reason);
        }
        const dueAt = this.#services.clock.now() + this.#pause(attempts, result.retryAfterMs);
        return await this.#change(tenantId, row, { ...row, state: 'waiting', attempts, dueAt, reason });
      }
      default:
        return result satisfies never;
    }
  }

  async #delivered(tenantId: string, row: OutboxRow, providerMessageId: string): Promise<void> {
    const { store } = this.#services;
    const { outbox, deliveryStatuses, messages } = store.forTenant(tenantId);
    const told = await persist(this.#services, this.#stopping.signal, () => {
      const attempts = row.attempts + 1;
      outbox.change(row.id, { ...row, state: 'delivered', attempts, providerMessageId, reason: null });
      return deliveryStatuses.find(row.channel, providerMessageId);
    });
    const message = messages.byId(row.messageId);
    const { channel, conversationId: conversation } = row;
    if (message !== undefined) {
      emitEvent(this.#services, tenantId, {
        type: 'channel.message.sent',
        channel,
        conversation,
        message: publicMessage(message),
      });
    }
    // The platform may have told of the failure before it answered us.
    if (told?.status === 'failed') this.#failed(tenantId, row, told.reason ?? 'failed');
  }

  /** It may have arrived: sending it again could double it. */
  async #doubt(tenantId: string, row: OutboxRow, reason: string): Promise<void> {
    await this.#change(tenantId, row, { ...row, state: 'uncertain', reason });
    this.#failed(tenantId, row, 'uncertain');
  }

  async #giveUp(tenantId: string, row: OutboxRow, reason: string): Promise<void> {
    await this.#change(tenantId, row, { ...row, state: 'dead', reason });
    this.#failed(tenantId, row, reason);
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

  #failed(tenantId: string, row: OutboxRow, reason: string): void {
    const { channel, conversationId: conversation } = row;
    emitEvent(this.#services, tenantId, { type: 'delivery.failed', channel, conversation, reason });
  }
}
