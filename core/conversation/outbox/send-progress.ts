import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import { messageIn } from './outbox-rows.ts';

/** Longer is no account of a few parts. */
export const longestProgress = 4_000;

/** Keeps with the message how far its channel has come with it, for the next try, also in another process. Call inside `Store.write`. */
export function keepProgress(outbox: Outbox, { id }: Pick<OutboxRow, 'id'>, progress: string): void {
  const row = outbox.byId(id);
  if (row === undefined) return;
  outbox.setPayload(id, JSON.stringify({ ...messageIn(row), progress }));
}

/** Sent again, the message goes out whole. Call inside `Store.write`. */
export function dropProgress(outbox: Outbox, row: Pick<OutboxRow, 'id' | 'payload'>): void {
  // Most have none, and their words may be long.
  const now = row.payload.includes('"progress":') ? outbox.byId(row.id) : undefined;
  if (now === undefined) return;
  const { progress, ...message } = messageIn(now);
  if (progress !== undefined) outbox.setPayload(row.id, JSON.stringify(message));
}
