import type { Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type TurnRow = Omit<Selectable<Tables['turns']>, 'tenantId' | 'seq'>;

/** Turns that have ended. One that waits or runs is only in the inbox. */
export interface Turns {
  byId(id: string): TurnRow | undefined;
  insert(row: TurnRow): void;
}

export function prepareTurns(connection: Connection): (tenantId: string) => Turns {
  const byId = connection.prepare((db, p: { tenantId: string; id: string }) =>
    db
      .selectFrom('turns')
      .select([
        'id',
        'conversationId',
        'state',
        'outcome',
        'replyId',
        'revision',
        'errorCode',
        'trace',
        'startedAt',
        'completedAt',
      ])
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const insert = connection.prepare((db, p: TurnRow & { tenantId: string }) =>
    db.insertInto('turns').values({
      tenantId: p.tenantId,
      id: p.id,
      conversationId: p.conversationId,
      state: p.state,
      outcome: p.outcome,
      replyId: p.replyId,
      revision: p.revision,
      errorCode: p.errorCode,
      trace: p.trace,
      startedAt: p.startedAt,
      completedAt: p.completedAt,
    }),
  );
  return (tenantId) => ({
    byId: (id) => byId.get({ tenantId, id }),
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
  });
}
