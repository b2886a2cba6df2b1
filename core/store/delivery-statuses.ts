import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type DeliveryStatusRow = Omit<Selectable<Tables['deliveryStatuses']>, 'tenantId' | 'matched'>;

/** What platforms told of messages they took. Kept by the platform's id, because it may come before the answer to our request. */
export interface DeliveryStatuses {
  find(channel: string, providerMessageId: string): DeliveryStatusRow | undefined;
  /**
   * Keeps what is news and says whether it was. The order is sent, failed, delivered, read: what has reached a telephone does not
   * un-reach it, whatever is told late.
   */
  advance(row: DeliveryStatusRow): boolean;
  /**
   * Forgets what was told before this time of messages that are not known, as of those that others send from the same number; some
   * hundreds at a time. Returns how many it has looked at: 0 when there are no more. Each is looked at once.
   */
  prune(before: number): number;
}

/** Some milliseconds. */
const prunedAtOnce = 250;

/** Written into the text of the query, not bound: only so does SQLite use the partial index. */
const isUnmatched = sql<boolean>`matched = 0`;
const rankOf = sql<number>`case status when 'sent' then 1 when 'failed' then 2 when 'delivered' then 3 else 4 end`;
const rankOfNew = sql<number>`case excluded.status when 'sent' then 1 when 'failed' then 2 when 'delivered' then 3 else 4 end`;

export function prepareDeliveryStatuses(connection: Connection): (tenantId: string) => DeliveryStatuses {
  type Key = { tenantId: string; channel: string; providerMessageId: string };
  const find = connection.prepare((db, p: Key) =>
    db
      .selectFrom('deliveryStatuses')
      .select(['channel', 'providerMessageId', 'status', 'reason', 'at'])
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('providerMessageId', '=', p.providerMessageId),
  );
  const advance = connection.prepare((db, p: DeliveryStatusRow & { tenantId: string }) =>
    db
      .insertInto('deliveryStatuses')
      .values({
        tenantId: p.tenantId,
        channel: p.channel,
        providerMessageId: p.providerMessageId,
        status: p.status,
        reason: p.reason,
        at: p.at,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'channel', 'providerMessageId'])
          .doUpdateSet((set) => ({
            status: set.ref('excluded.status'),
            reason: set.ref('excluded.reason'),
            at: set.ref('excluded.at'),
          }))
          .where(sql<boolean>`${rankOfNew} > ${rankOf}`),
      ),
  );
  const old = connection.prepare((db, p: { tenantId: string; before: number; limit: number }) =>
    db
      .selectFrom('deliveryStatuses')
      .select((row) => [
        'channel',
        'providerMessageId',
        row
          .exists(
            row
              .selectFrom('outbox')
              .select('outbox.id')
              .whereRef('outbox.tenantId', '=', 'deliveryStatuses.tenantId')
              .whereRef('outbox.channel', '=', 'deliveryStatuses.channel')
              .whereRef('outbox.providerMessageId', '=', 'deliveryStatuses.providerMessageId'),
          )
          .as('isKnown'),
      ])
      .where('tenantId', '=', p.tenantId)
      .where('at', '<', p.before)
      .where(isUnmatched)
      .orderBy('at')
      .limit(p.limit),
  );
  const match = connection.prepare((db, p: Key) =>
    db
      .updateTable('deliveryStatuses')
      .set({ matched: 1 })
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('providerMessageId', '=', p.providerMessageId),
  );
  const remove = connection.prepare((db, p: Key) =>
    db
      .deleteFrom('deliveryStatuses')
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('providerMessageId', '=', p.providerMessageId),
  );
  return (tenantId) => ({
    prune: (before) => {
      const rows = old.all({ tenantId, before, limit: prunedAtOnce });
      for (const { isKnown, channel, providerMessageId } of rows) {
        (isKnown ? match : remove).run({ tenantId, channel, providerMessageId });
      }
      return rows.length;
    },
    find: (channel, providerMessageId) => find.get({ tenantId, channel, providerMessageId }),
    advance: (row) => advance.run({ tenantId, ...row }) > 0,
  });
}
