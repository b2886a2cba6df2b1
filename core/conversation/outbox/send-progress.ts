import type { KeepProgress, OutboundMessage } from '../../contract/index.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import type { Doubt } from './look-up.ts';
import { messageIn } from './outbox-rows.ts';
import { hasLeft } from './send-facts.ts';

/** Longer is no account of a few parts. */
const longestProgress = 4_000;

/** More than are under way while a disk refuses. */
const maxUnkept = 1_000;

interface Unkept {
  /** What the store has. */
  readonly kept: string | undefined;
  readonly progress: string;
}

/** What channels tell the store by, while they send messages in several parts. */
export class SendProgress {
  readonly #services: ConversationServices;
  readonly #stopping: AbortSignal;
  /** What the disk has refused, by id of the row: it costs no more than that a part may come twice when the process ends, too. */
  readonly #unkept = new Map<string, Unkept>();

  constructor(services: ConversationServices, stopping: AbortSignal) {
    this.#services = services;
    this.#stopping = stopping;
  }

  /** The message with all that is known of how far it has come. */
  of(message: OutboundMessage): OutboundMessage {
    const unkept = this.#unkept.get(message.id);
    // Dropped in the store since, it is to go out whole.
    return unkept === undefined || unkept.kept !== message.progress
      ? message
      : { ...message, progress: unkept.progress };
  }

  /**
   * @param doubt With the message as the store has it.
   * @param signal Of the try: what a channel thinks of a request that was given up is no account of what the platform has.
   */
  keeper(doubt: Doubt, signal: AbortSignal, blame: (what: string) => void): KeepProgress {
    let kept = doubt.message.progress;
    return async (progress: unknown) => {
      if (signal.aborted) return true;
      if (typeof progress !== 'string' || progress.length > longestProgress) {
        blame(`a progress that is no text of at most ${longestProgress} characters`);
      } else if (await this.#keep(doubt, { kept, progress })) kept = progress;
      return this.#isWanted(doubt);
    };
  }

  /** What the disk has refused, with the outcome of the try: who finds that later has to find this too. Call inside `Store.write`. */
  putRest(outbox: Outbox, id: string): void {
    const unkept = this.#unkept.get(id);
    if (unkept !== undefined) put(outbox, outbox.byId(id), unkept.progress);
  }

  #isWanted({ tenantId, row, channel }: Doubt): boolean {
    return row.purpose === 'notice' || !hasLeft(this.#services.store.forTenant(tenantId), row, channel);
  }

  async #keep({ tenantId, row }: Doubt, unkept: Unkept): Promise<boolean> {
    const { id, channel } = row;
    const { store, log } = this.#services;
    const { outbox } = store.forTenant(tenantId);
    try {
      await persist(this.#services, this.#stopping, () => {
        const now = outbox.byId(id);
        // Of what is settled nobody waits to hear more.
        if (now?.state === 'sending') put(outbox, now, unkept.progress);
      });
      this.#unkept.delete(id);
      return true;
    } catch (error) {
      if (this.#unkept.size < maxUnkept) this.#unkept.set(id, unkept);
      log.warn('how far a message has come could not be kept', { tenant: tenantId, channel, error });
      return false;
    }
  }

  /** It is out: nothing of it is to be remembered. */
  forget(id: string): void {
    this.#unkept.delete(id);
  }
}

function put(outbox: Outbox, row: OutboxRow | undefined, progress: string): void {
  if (row !== undefined) outbox.setPayload(row.id, JSON.stringify({ ...messageIn(row), progress }));
}

/** Whether a part of it is out, so that its next try sends the rest. */
function hasProgress(row: Pick<OutboxRow, 'payload'>): boolean {
  // Most have none, and their words may be long.
  return row.payload.includes('"progress":') && messageIn(row).progress !== undefined;
}

/**
 * Sent again, the message goes out whole. Call inside `Store.write`.
 * @param row As it stands in the store.
 */
export function dropProgress(outbox: Outbox, row: Pick<OutboxRow, 'id' | 'payload'>): void {
  if (!hasProgress(row)) return;
  const { progress: _, ...message } = messageIn(row);
  outbox.setPayload(row.id, JSON.stringify(message));
}
