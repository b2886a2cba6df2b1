import type { KeepProgress } from '../../contract/index.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { persist } from '../persist.ts';
import type { Doubt } from './look-up.ts';
import { messageIn } from './outbox-rows.ts';

/** Longer is no account of a few parts. */
const longestProgress = 4_000;

/** What a channel tells the store by while it sends a message in several parts. A disk that refuses costs no more than that a part may come twice. */
export function progressKeeper(
  services: ConversationServices,
  { tenantId, row: { id, channel } }: Pick<Doubt, 'tenantId' | 'row'>,
  { stopping, blame }: { readonly stopping: AbortSignal; readonly blame: (what: string) => void },
): KeepProgress {
  const { store, log } = services;
  const { outbox } = store.forTenant(tenantId);
  return async (progress: unknown) => {
    if (typeof progress !== 'string' || progress.length > longestProgress) {
      return blame(`a progress that is no text of at most ${longestProgress} characters`);
    }
    try {
      await persist(services, stopping, () => {
        const row = outbox.byId(id);
        // Of what is settled nobody waits to hear more.
        if (row?.state === 'sending') outbox.setPayload(id, JSON.stringify({ ...messageIn(row), progress }));
      });
    } catch (error) {
      log.warn('how far a message has come could not be kept', { tenant: tenantId, channel, error });
    }
  };
}

/** Whether a part of it is out, so that its next try sends the rest. */
export function hasProgress(row: Pick<OutboxRow, 'payload'>): boolean {
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
