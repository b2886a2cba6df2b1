import type { TenantStore } from '../../store/tenant-store.ts';
import { type WebhookEntry, webhookEntry } from './webhook-entry.ts';
import { webhookLogKept } from './webhook-journal.ts';

/** Newest first; with `after` in order, those after the entry with this id. What has become too old is not shown, also before it goes. */
export function readWebhookLog(
  { webhookLog }: Pick<TenantStore, 'webhookLog'>,
  { limit, after }: { readonly limit: number; readonly after?: number },
  nowMs: number,
): readonly WebhookEntry[] {
  const rows =
    after === undefined
      ? webhookLog.newest({ limit, since: nowMs - webhookLogKept.ageMs })
      : webhookLog.after(after, limit);
  return rows.map(webhookEntry);
}
