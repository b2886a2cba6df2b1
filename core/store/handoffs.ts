import type { Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type HandoffRow = Omit<Selectable<Tables['handoffs']>, 'tenantId'>;

export interface Handoffs {
  /** The newest that has not been returned. */
  open(conversationId: string): HandoffRow | undefined;
  insert(row: HandoffRow): void;
  setState(id: string, state: HandoffRow['state'], changedAt: number): void;
}

export function prepareHandoffs(connection: Connection): (tenantId: string) => Handoffs {
  const open = connection.prepare((db, p: { tenantId: string; conversationId: string }) =>
    db
      .selectFrom('handoffs')
      .select(['id', 'conversationId', 'reason', 'state', 'requestedAt', 'changedAt'])
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('state', '!=', 'returned')
      .orderBy('requestedAt', 'desc')
      .limit(1),
  );
  const insert = connection.prepare((db, p: HandoffRow & { tenantId: string }) =>
    db.insertInto('handoffs').values({
      tenantId: p.tenantId,
      id: p.id,
      conversationId: p.conversationId,
      reason: p.reason,
      state: p.state,
      requestedAt: p.requestedAt,
      changedAt: p.changedAt,
    }),
  );
  const setState = connection.prepare(
    (db, p: { tenantId: string; id: string; state: HandoffRow['state']; changedAt: number }) =>
      db
        .updateTable('handoffs')
        .set({ state: p.state, changedAt: p.changedAt })
        .where('tenantId', '=', p.tenantId)
        .where('id', '=', p.id),
  );
  return (tenantId) => ({
    open: (conversationId) => open.get({ tenantId, conversationId }),
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    setState: (id, state, changedAt) => {
      setState.run({ tenantId, id, state, changedAt });
    },
  });
}
