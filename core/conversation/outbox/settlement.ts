import type { BotEvent, Message, SendResult } from '../../contract/index.ts';
import type { OutboxChange, OutboxRow } from '../../store/outbox.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { withoutInvitation } from './invitation.ts';
import { keepSent } from './keep-sent.ts';
import { retryPause } from './retry-pause.ts';
import type { SendProgress } from './send-progress.ts';
import { type Sent, settleSent } from './settle-sent.ts';
import { tellOfDelay, tellOfLoss } from './tell-of-delays.ts';
import { isNewsOfWindow } from './window-closed.ts';

/**
 * With pauses of up to five minutes some six hours: longer than a platform is down, or asks to wait. What was tried in vain was never
 * taken, so that nothing is said twice.
 */
const maxAttempts = 150;
/** A wait or two is a platform's everyday pace; who waits longer is missed, and the operator should not have to look for it. */
const attemptsUntilTold = 3;

interface Outcome {
  readonly tenantId: string;
  readonly row: OutboxRow;
  readonly result: SendResult;
}

/** Takes down what became of a message that was handed to its channel. */
export class Settlement {
  readonly #services: ConversationServices;
  readonly #progress: SendProgress;
  readonly #stopping: AbortSignal;
  /** By id of the row, until they are written. */
  readonly #outcomes = new Map<string, Outcome>();

  constructor(services: ConversationServices, progress: SendProgress, stopping: AbortSignal) {
    this.#services = services;
    this.#progress = progress;
    this.#stopping = stopping;
  }

  /** What is known of a row and could not be written. False where nothing is. */
  async takeDownAgain(tenantId: string, row: OutboxRow): Promise<boolean> {
    const outcome = this.#outcomes.get(row.id);
    if (outcome === undefined) return false;
    await this.settle(tenantId, { ...row, attempts: row.attempts - 1 }, outcome.result);
    return true;
  }

  /** Before the process ends, so that the next one does not send again what is known here alone. What the store still refuses is left. */
  async takeDownRest(): Promise<void> {
    const rest = [...this.#outcomes.values()];
    await Promise.allSettled(rest.map(({ tenantId, row, result }) => this.settle(tenantId, row, result)));
  }

  /**
   * @param said What the row says, or is a piece of; read from the store where it is not given.
   * @returns whether it is out, and nothing else is to be done for it.
   */
  async settle(tenantId: string, row: OutboxRow, result: SendResult, said?: Message): Promise<boolean> {
    this.#outcomes.set(row.id, { tenantId, row, result });
    const isOut = await this.#record(tenantId, row, result, said);
    this.#outcomes.delete(row.id);
    return isOut;
  }

  async #record(tenantId: string, row: OutboxRow, result: SendResult, said: Message | undefined): Promise<boolean> {
    const attempts = row.attempts + 1;
    switch (result.status) {
      case 'delivered':
        return await this.delivered(tenantId, { ...row, attempts }, result, said);
      case 'uncertain':
        await this.doubt(tenantId, { ...row, attempts }, 'no-answer');
        return false;
      case 'rejected':
        await this.#rejected(tenantId, row, result);
        return false;
      default:
        return result satisfies never;
    }
  }

  async #rejected(
    tenantId: string,
    row: OutboxRow,
    { reason, retryAfterMs }: Extract<SendResult, { status: 'rejected' }>,
  ): Promise<void> {
    const attempts = row.attempts + 1;
    if (isNewsOfWindow(row, reason)) {
      // Judged again, it is held, or goes out in the form that may.
      await this.change(tenantId, row, { ...row, state: 'waiting', attempts, reason });
      return;
    }
    if (retryAfterMs === undefined || attempts >= maxAttempts) {
      return await this.giveUp(tenantId, { ...row, attempts }, reason);
    }
    const dueAt = this.#services.clock.now() + retryPause(this.#services.random, attempts, retryAfterMs);
    await this.change(tenantId, row, { ...row, state: 'waiting', attempts, dueAt, reason });
    if (attempts === attemptsUntilTold) tellOfDelay(this.#services, tenantId, row, reason);
  }

  /** See `settle`. */
  async delivered(tenantId: string, row: OutboxRow, sent: Sent, said?: Message): Promise<boolean> {
    const tenant = this.#services.store.forTenant(tenantId);
    const { events, isSettled } = await persist(this.#services, this.#stopping, () => {
      const { isStored, isOut, failure } = settleSent(tenant, row, sent);
      // Who was erased meanwhile is not told of.
      const message = isStored && said !== undefined ? said : tenant.messages.byId(row.messageId);
      const news = keepSent(this.#services, tenantId, row, message);
      const events = failure === undefined ? news : [...news, this.#failed(tenantId, row, failure)];
      return { events, isSettled: isStored && isOut };
    });
    this.#emit(events);
    return isSettled;
  }

  /** It may have arrived: sending it again could double it. */
  async doubt(tenantId: string, row: OutboxRow, reason: string): Promise<void> {
    await this.change(tenantId, row, { ...row, state: 'uncertain', reason }, () =>
      this.#failed(tenantId, row, 'uncertain'),
    );
  }

  /** With what comes after it in the same message: nobody understands an answer that begins in its middle. */
  async giveUp(tenantId: string, row: OutboxRow, reason: string): Promise<void> {
    const tenant = this.#services.store.forTenant(tenantId);
    if (row.purpose === 'invitation') {
      const given = await persist(this.#services, this.#stopping, () =>
        withoutInvitation(tenant, row, reason).map((held) => this.#failed(tenantId, held, reason)),
      );
      tellOfLoss(this.#services, tenantId, row, reason);
      return this.#emit(given);
    }
    const became = await this.change(tenantId, row, { ...row, state: 'dead', reason }, () => {
      const pieces = tenant.outbox.ofMessage(row.messageId);
      for (const piece of pieces.slice(pieces.findIndex(({ id }) => id === row.id) + 1)) {
        if (piece.state === 'waiting') tenant.outbox.change(piece.id, { ...piece, state: 'dead', reason });
      }
      return this.#failed(tenantId, row, reason);
    });
    if (became === 'changed') tellOfLoss(this.#services, tenantId, row, reason);
  }

  /** Unless the platform has told meanwhile that it took the message after all. */
  async change(
    tenantId: string,
    row: OutboxRow,
    change: OutboxChange,
    andThen?: () => BotEvent,
  ): Promise<'changed' | 'delivered'> {
    const { outbox } = this.#services.store.forTenant(tenantId);
    const { told, events } = await persist(this.#services, this.#stopping, () => {
      const told = outbox.byId(row.id)?.providerMessageId ?? null;
      if (told !== null) return { told, events: [] };
      this.#progress.putRest(outbox, row.id);
      outbox.change(row.id, change);
      return { told, events: andThen === undefined ? [] : [andThen()] };
    });
    this.#emit(events);
    if (told === null) return 'changed';
    await this.delivered(tenantId, { ...row, attempts: change.attempts }, { providerMessageId: told });
    return 'delivered';
  }

  #failed(tenantId: string, row: OutboxRow, reason: string): BotEvent {
    return keepEvent(this.#services, tenantId, deliveryFailed(row, reason));
  }

  #emit(events: readonly BotEvent[]): void {
    for (const event of events) this.#services.events.emit(event);
  }
}
