import type { Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type SessionRow = Omit<Selectable<Tables['sessions']>, 'tenantId'>;

export interface SessionRows {
  byId(id: string): SessionRow | undefined;
  insert(row: SessionRow): void;
  setState(id: string, state: SessionRow['state'], lastActiveAt: number): void;
  touch(id: string, lastActiveAt: number): void;
  /** One more turn, and what it cost. */
  countTurn(id: string, lastActiveAt: number, cost?: number): void;
}

export function prepareSessions(connection: Connection): (tenantId: string) => SessionRows {
  type Key = { tenantId: string; id: string };
  const byId = connection.prepare((db, p: Key) =>
    db
      .selectFrom('sessions')
      .select([
        'id',
        'conversationId',
        'channel',
        'tokenHash',
        'state',
        'locale',
        'metadata',
        'turns',
        'cost',
        'createdAt',
        'lastActiveAt',
      ])
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const insert = connection.prepare((db, p: SessionRow & { tenantId: string }) =>
    db.insertInto('sessions').values({
      tenantId: p.tenantId,
      id: p.id,
      conversationId: p.conversationId,
      channel: p.channel,
      tokenHash: p.tokenHash,
      state: p.state,
      locale: p.locale,
      metadata: p.metadata,
      turns: p.turns,
      cost: p.cost,
      createdAt: p.createdAt,
      lastActiveAt: p.lastActiveAt,
    }),
  );
  const setState = connection.prepare((db, p: Key & { state: SessionRow['state']; lastActiveAt: number }) =>
    db
      .updateTable('sessions')
      .set({ state: p.state, lastActiveAt: p.lastActiveAt })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const touch = connection.prepare((db, p: Key & { lastActiveAt: number }) =>
    db
      .updateTable('sessions')
      .set({ lastActiveAt: p.lastActiveAt })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const countTurn = connection.prepare((db, p: Key & { lastActiveAt: number; cost: number }) =>
    db
      .updateTable('sessions')
      .set((set) => ({ turns: set('turns', '+', 1), cost: set('cost', '+', p.cost), lastActiveAt: p.lastActiveAt }))
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  return (tenantId) => ({
    byId: (id) => byId.get({ tenantId, id }),
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    setState: (id, state, lastActiveAt) => {
      setState.run({ tenantId, id, state, lastActiveAt });
    },
    touch: (id, lastActiveAt) => {
      touch.run({ tenantId, id, lastActiveAt });
    },
    countTurn: (id, lastActiveAt, cost = 0) => {
      countTurn.run({ tenantId, id, lastActiveAt, cost });
    },
  });
}
