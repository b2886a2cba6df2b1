import { type Channel, PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import { isGone } from '../absence.ts';
import type { RuntimeLease } from '../bot-runtime.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import { RoundPace } from '../round-pace.ts';
import { StoredRest } from '../stored-rest.ts';
import { AbsentChannels } from './absent-channels.ts';
import { attempt } from './attempt.ts';
import { claim } from './claim.ts';
import type { Begun, HeldConversation } from './held-conversation.ts';
import { holdBehind } from './hold-behind.ts';
import { aheadOfHeld, awaitsReply, isAnswered, isNeedless, letGo } from './invitation.ts';
import { type Doubt, traceOf } from './look-up.ts';
import { stoppedWhileSending } from './outbox-rows.ts';
import { QuietRest } from './quiet-rest.ts';
import { SendProgress } from './send-progress.ts';
import { Settlement } from './settlement.ts';

/** How often a message is sent once more after the process ended while it was being sent. It may be what ends the process. */
const maxResends = 3;
/** How long a message waits for a bot that does not serve or a channel that cannot be opened. That is no attempt. */
const unavailablePauseMs = 30_000;
/** How often is looked for what nobody looks after: retried by a command line, or left when the disk refused. */
const sweepMs = 10_000;

/** Sends what turns have left, in order within a conversation; the one layer that tries again. */
export class OutboxSender {
  readonly #services: ConversationServices;
  readonly #working = new Map<string, Promise<void>>();
  /** Conversations that are worked on, in which something may have come to wait since that began. */
  readonly #kicked = new Set<string>();
  readonly #quiet: QuietRest;
  /** What begins at once is under way at once: so much may come twice if the process ends just then. */
  readonly #pace: RoundPace;
  readonly #settlement: Settlement;
  readonly #progress: SendProgress;
  readonly #absent: AbsentChannels;
  /** Nothing waits for its next try any more. */
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();
  #sweeping: Promise<void> | undefined;

  constructor(services: ConversationServices) {
    this.#services = services;
    this.#quiet = new QuietRest(services);
    this.#pace = new RoundPace(services.clock, 1);
    this.#progress = new SendProgress(services, this.#stopping.signal);
    this.#settlement = new Settlement(services, this.#progress, this.#stopping.signal);
    this.#absent = new AbsentChannels(services.clock);
  }

  /** Looks after the conversation until everything in it is settled; call with everything that is put there. */
  kick(tenantId: string, conversationId: string): void {
    this.#kicked.add(`${tenantId} ${conversationId}`);
    this.look(tenantId, conversationId);
  }

  /** The same, where nothing was put there but what was begun: what waits there may not have to wait any more. */
  look(tenantId: string, conversationId: string): void {
    const key = `${tenantId} ${conversationId}`;
    this.#quiet.wake(key);
    if (this.#working.has(key)) return;
    this.#kicked.delete(key);
    if (this.#draining.signal.aborted) return;
    const first = this.#services.store.forTenant(tenantId).outbox.next(conversationId);
    if (first !== undefined) this.#start(tenantId, key, this.#work(tenantId, conversationId, first));
  }

  /**
   * Keeps the conversation for a turn that is about to commit its answer, so that the commit may mark it as being sent. Undefined where
   * something of it is under way already, or another revision of the bot serves by now.
   */
  hold(tenantId: string, conversationId: string, revision: string): HeldConversation | undefined {
    const key = `${tenantId} ${conversationId}`;
    if (this.#working.has(key) || this.#draining.signal.aborted) return undefined;
    const lease = this.#leaseOf(tenantId, revision);
    if (lease === undefined) return undefined;
    const { promise, resolve } = Promise.withResolvers<Begun | undefined>();
    this.#start(tenantId, key, this.#sendBegun(tenantId, conversationId, lease, promise));
    return { send: resolve, [Symbol.dispose]: () => resolve(undefined) };
  }

  #leaseOf(tenantId: string, revision: string): RuntimeLease | undefined {
    try {
      const lease = this.#services.leases.acquire(tenantId);
      if (lease.runtime.bot.revision === revision) return lease;
      lease[Symbol.dispose]();
    } catch {
      // The bot does not serve any more. What its last turns say waits for it.
    }
    return undefined;
  }

  #start(tenantId: string, key: string, work: Promise<void>): void {
    const working = work
      .catch((error: unknown) => {
        if (!this.#draining.signal.aborted) {
          this.#services.log.error('sending stopped and is taken up again in a moment', { tenant: tenantId, error });
        }
      })
      .finally(() => {
        if (this.#working.get(key) === working) this.#end(key);
      });
    this.#working.set(key, working);
  }

  #end(key: string): void {
    this.#working.delete(key);
    this.#kicked.delete(key);
  }

  /** Sends what was left by the process before, and from now on what others put into the store. */
  recover(tenantId: string): void {
    this.#absent.forget(tenantId);
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
    await this.#settlement.takeDownRest();
    signal.removeEventListener('abort', stop);
  }

  async #sweep(): Promise<void> {
    for (;;) {
      await this.#services.clock.sleep(sweepMs, this.#draining.signal);
      try {
        for (const { tenantId, conversationId } of this.#services.store.unsent().conversations) {
          if (!this.#working.has(`${tenantId} ${conversationId}`)) this.kick(tenantId, conversationId);
        }
      } catch (error) {
        this.#services.log.error('the store could not say what waits to be sent, and is asked again', { error });
      }
    }
  }

  async #sendBegun(
    tenantId: string,
    conversationId: string,
    lease: RuntimeLease,
    putOut: Promise<Begun | undefined>,
  ): Promise<void> {
    const key = `${tenantId} ${conversationId}`;
    {
      using held = lease;
      const begun = await putOut;
      const isOut = begun !== undefined && (await this.#sendOne(tenantId, held, begun));
      // Whoever puts something there says so, and what another process puts there is swept up.
      if (isOut && begun.isAlone === true && !this.#kicked.has(key)) return this.#end(key);
    }
    const next = this.#services.store.forTenant(tenantId).outbox.next(conversationId);
    await this.#work(tenantId, conversationId, next);
  }

  /** Whether it is out, and nothing else is to be done for it. */
  async #sendOne(tenantId: string, { runtime }: RuntimeLease, { row, message, said }: Begun): Promise<boolean> {
    let channel: Channel;
    try {
      channel = await runtime.channel(row.channel, this.#stopping.signal);
    } catch (error) {
      await this.#unavailable(tenantId, row, error);
      return false;
    }
    await this.#pace.begin();
    return await this.#handOver({ tenantId, row, channel, message, sinceMs: row.dueAt, said });
  }

  async #work(tenantId: string, conversationId: string, first: OutboxRow | undefined): Promise<void> {
    const { store, clock } = this.#services;
    const { inbox, outbox } = store.forTenant(tenantId);
    const rest = new StoredRest(clock);
    for (let row = first; row !== undefined; row = outbox.next(conversationId)) {
      const restMs = rest.of(row);
      if (row.state === 'sending') await this.#resume(tenantId, row);
      else if (isNeedless(row, inbox)) await this.#letGo(tenantId, row);
      else if (row.reason === awaitsReply) await this.#hold(tenantId, row);
      // What waits is read again afterwards: it may have been given up meanwhile.
      else if (restMs > 0 && row.reason === 'quiet-hours') {
        if (!this.#quiet.mustWait(tenantId, row)) await this.#send(tenantId, row);
        else await this.#quiet.rest(`${tenantId} ${conversationId}`, restMs, this.#draining.signal);
      } else if (restMs > 0) await this.#quiet.rest(`${tenantId} ${conversationId}`, restMs, this.#draining.signal);
      else await this.#send(tenantId, row);
    }
  }

  /** Until the person has written again, which opens the platform's window. */
  async #hold(tenantId: string, row: OutboxRow): Promise<void> {
    const { store, clock } = this.#services;
    const { inbox, outbox } = store.forTenant(tenantId);
    const { conversationId } = row;
    const restMs = row.dueAt - clock.now();
    if (isAnswered(row, inbox.lastReceivedAt(row.channel, conversationId))) return await this.#letGo(tenantId, row);
    if (restMs <= 0) return await this.#settlement.giveUp(tenantId, row, 'window-closed');
    await holdBehind(this.#services, tenantId, conversationId, this.#stopping.signal);
    const ahead = aheadOfHeld(outbox, conversationId, clock.now());
    if (ahead === undefined) await this.#quiet.rest(`${tenantId} ${conversationId}`, restMs, this.#draining.signal);
    else if (ahead.state === 'sending') await this.#resume(tenantId, ahead);
    else await this.#send(tenantId, ahead);
  }

  async #letGo(tenantId: string, { conversationId }: OutboxRow): Promise<void> {
    const { outbox } = this.#services.store.forTenant(tenantId);
    await persist(this.#services, this.#stopping.signal, () => letGo(outbox, conversationId));
  }

  /**
   * What was being sent when the process ended may have arrived or not. Where the platform can say, it is asked, or waited for. Where it
   * cannot, a person without an answer is worse off than one who gets it twice: it goes out once more, and marked, before what waits
   * behind it.
   */
  async #resume(tenantId: string, row: OutboxRow): Promise<void> {
    // Nothing ended: the disk had refused to take down what became of it.
    if (await this.#settlement.takeDownAgain(tenantId, row)) return;
    const trace = await traceOf(this.#services, tenantId, row, this.#draining.signal);
    if (trace === undefined || (trace === 'gone' && !this.#absent.isForGood(tenantId, row.channel))) {
      return await this.#quiet.rest(`${tenantId} ${row.conversationId}`, unavailablePauseMs, this.#draining.signal);
    }
    // What is gone for good cannot be asked: it is given up as any other message is.
    const { id, waitMs } = trace === 'gone' ? { id: undefined, waitMs: 0 } : trace;
    if (id !== undefined) return void (await this.#settlement.delivered(tenantId, row, { providerMessageId: id }));
    const reason = stoppedWhileSending;
    if (row.resends >= maxResends) return await this.#settlement.doubt(tenantId, row, reason);
    const { channel } = row;
    this.#services.log.warn('the process ended while sending a message, which is sent once more', {
      tenant: tenantId,
      channel,
    });
    const dueAt = waitMs === 0 ? 0 : this.#services.clock.now() + waitMs;
    await this.#settlement.change(tenantId, row, { ...row, state: 'waiting', resends: row.resends + 1, dueAt, reason });
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
    if (channel.send === undefined) return await this.#settlement.giveUp(tenantId, row, 'channel-does-not-send');
    await this.#pace.begin();
    const sinceMs = this.#services.clock.now();
    const claimed = await persist(this.#services, this.#stopping.signal, () =>
      claim(this.#services, this.#services.store.forTenant(tenantId), row, { channel, bot }),
    );
    const verdict = claimed?.verdict;
    switch (verdict?.kind) {
      case 'send': {
        const { message } = verdict;
        // When it was sent tells which window the platform means.
        const sent = { ...row, reason: claimed?.reason ?? null, dueAt: sinceMs };
        return void (await this.#handOver({ tenantId, row: sent, channel, message, sinceMs }));
      }
      case 'refuse':
        if (row.purpose === 'invitation') return await this.#settlement.giveUp(tenantId, row, verdict.reason);
        return claimed?.failed === undefined ? undefined : this.#services.events.emit(claimed.failed);
      case 'invite':
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
    if (isGone(error) && this.#absent.isForGood(tenantId, row.channel))
      return await this.#settlement.giveUp(tenantId, row, 'channel-removed');
    const code = error instanceof PolyphonError ? error.code : undefined;
    const reason = code ?? 'channel-unavailable';
    if (row.reason !== reason)
      this.#services.log.warn('a message waits for its channel', { tenant: tenantId, channel: row.channel, error });
    if ((await this.#settlement.change(tenantId, row, { ...row, reason })) === 'delivered') return;
    // In memory, so that a bot that serves again does not wait for the end of it.
    await this.#quiet.rest(`${tenantId} ${row.conversationId}`, unavailablePauseMs, this.#draining.signal);
  }

  async #handOver(sending: Doubt): Promise<boolean> {
    const signals = { stopping: this.#stopping.signal, draining: this.#draining.signal };
    const result = await attempt(this.#services, sending, this.#progress, signals);
    return await this.#settlement.settle(sending.tenantId, sending.row, result, sending.said);
  }
}
