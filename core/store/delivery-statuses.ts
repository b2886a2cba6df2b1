import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type DeliveryStatusRow = Omit<Selectable<Tables['deliveryStatuses']>, 'tenantId'>;

/** What platforms told of messages they took. Kept by the platform's id, because it may come before the answer to our request. */
export interface DeliveryStatuses {
  find(channel: string, providerMessageId: string): DeliveryStatusRow | undefined;
  /**
   * Keeps what is news and says whether it was. The order is sent, failed, delivered, read: what has reached a telephone does not
   * un-reach it, whatever is told late.
   */
  advance(row: DeliveryStatusRow): boolean;
}

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
  return (tenantId) => ({
    find: (channel, providerMessageId) => find.get({ tenantId, channel, providerMessageId }),
    advance: (row) => advance.run({ tenantId, ...row }) > 0,
  });
}
