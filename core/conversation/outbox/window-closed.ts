import type { OutboxRow } from '../../store/outbox.ts';
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
