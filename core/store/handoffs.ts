import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type HandoffRow = Omit<Selectable<Tables['handoffs']>, 'tenantId'>;

export interface Handoffs {
  /** The newest that has not been returned. */
  open(conversationId: string): HandoffRow | undefined;
  /** Takes the place of a callback that is owed. */
  insert(row: HandoffRow): void;
  /** Conversations in which a human was asked for and nobody has come. */
  requested(): readonly string[];
  setState(id: string, state: HandoffRow['state'], changedAt: number): void;
}

/** Written into the text of the query, not bound: only so does SQLite use the partial index. */
const requestedState = sql<boolean>`state = 'requested'`;

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
  const replace = connection.prepare((db, p: { tenantId: string; conversationId: string; changedAt: number }) =>
    db
      .updateTable('handoffs')
      .set({ state: 'returned', changedAt: p.changedAt })
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('state', '=', 'callback'),
  );
  const requested = connection.prepare((db, p: { tenantId: string }) =>
    db.selectFrom('handoffs').select('conversationId').where('tenantId', '=', p.tenantId).where(requestedState),
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
      replace.run({ tenantId, conversationId: row.conversationId, changedAt: row.changedAt });
      insert.run({ tenantId, ...row });
    },
    requested: () => requested.all({ tenantId }).map(({ conversationId }) => conversationId),
    setState: (id, state, changedAt) => {
      setState.run({ tenantId, id, state, changedAt });
    },
  });
}
