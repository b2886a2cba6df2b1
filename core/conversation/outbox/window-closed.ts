import type { OutboxRow } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { isTemplate } from './outbox-rows.ts';

/** As `window-closed`, or with the platform's code before it, as in `131047 window-closed`. */
export function isWindowClosed(reason: string): boolean {
  return /(^|\s)window-closed$/.test(reason);
}

/** Whether the platform's clock alone knew that the window had closed: the row is judged once more, with that known. */
export function isNewsOfWindow(row: OutboxRow, reason: string): boolean {
  if (!isWindowClosed(reason) || (row.reason !== null && isWindowClosed(row.reason))) return false;
  return !isTemplate(row);
}

/**
 * The row as it is to be judged. What the platform told of the window is forgotten where the person has written since it was asked: the
 * window is open again. `dueAt` of such a row is when it was sent.
 */
export function withoutOldNews({ inbox }: Pick<TenantStore, 'inbox'>, row: OutboxRow): OutboxRow {
  if (row.reason === null || !isWindowClosed(row.reason)) return row;
  const lastReceivedMs = inbox.lastReceivedAt(row.channel, row.conversationId);
  return lastReceivedMs !== undefined && lastReceivedMs >= row.dueAt ? { ...row, reason: null } : row;
}
