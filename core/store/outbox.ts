import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type OutboxRow = Omit<Selectable<Tables['outbox']>, 'tenantId' | 'seq'>;
export type OutboxChange = Pick<OutboxRow, 'state' | 'attempts' | 'dueAt' | 'providerMessageId' | 'reason'>;

/** What is to be sent through channels, in order within a conversation. */
export interface Outbox {
  byId(id: string): OutboxRow | undefined;
  /** The oldest row of the conversation that is not settled. */
  next(conversationId: string): OutboxRow | undefined;
  /** Conversations in which something is not settled. */
  unsettled(): readonly string[];
  /** Rows that were given up, newest first. */
  dead(limit: number): readonly OutboxRow[];
  insert(row: OutboxRow): void;
  change(id: string, change: OutboxChange): void;
}

const columns = [
  'id',
  'conversationId',
  'channel',
  'messageId',
  'payload',
  'state',
  'attempts',
  'dueAt',
  'providerMessageId',
  'reason',
  'createdAt',
] as const;

/** Written into the text of the query, not bound: only so does SQLite use the partial indexes. */
const unsettledState = sql<boolean>`state in ('waiting', 'sending')`;
const deadState = sql<boolean>`state = 'dead'`;

export function prepareOutbox(connection: Connection): (tenantId: string) => Outbox {
  const byId = connection.prepare((db, p: { tenantId: string; id: string }) =>
    db.selectFrom('outbox').select(columns).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const next = connection.prepare((db, p: { tenantId: string; conversationId: string }) =>
    db
      .selectFrom('outbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where(unsettledState)
      .orderBy('seq')
      .limit(1),
  );
  const unsettled = connection.prepare((db, p: { tenantId: string }) =>
    db
      .selectFrom('outbox')
      .select('conversationId')
      .distinct()
      .where('tenantId', '=', p.tenantId)
      .where(unsettledState),
  );
  const dead = connection.prepare((db, p: { tenantId: string; limit: number }) =>
    db
      .selectFrom('outbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where(deadState)
      .orderBy('seq', 'desc')
      .limit(p.limit),
  );
  const insert = connection.prepare((db, p: OutboxRow & { tenantId: string }) =>
    db.insertInto('outbox').values({
      tenantId: p.tenantId,
      id: p.id,
      conversationId: p.conversationId,
      channel: p.channel,
      messageId: p.messageId,
      payload: p.payload,
      state: p.state,
      attempts: p.attempts,
      dueAt: p.dueAt,
      providerMessageId: p.providerMessageId,
      reason: p.reason,
      createdAt: p.createdAt,
    }),
  );
  const change = connection.prepare((db, p: OutboxChange & { tenantId: string; id: string }) =>
    db
      .updateTable('outbox')
      .set({
        state: p.state,
        attempts: p.attempts,
        dueAt: p.dueAt,
        providerMessageId: p.providerMessageId,
        reason: p.reason,
      })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  return (tenantId) => ({
    byId: (id) => byId.get({ tenantId, id }),
    next: (conversationId) => next.get({ tenantId, conversationId }),
    unsettled: () => unsettled.all({ tenantId }).map((row) => row.conversationId),
    dead: (limit) => dead.all({ tenantId, limit }),
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    change: (id, changed) => {
      change.run({ tenantId, id, ...changed });
    },
  });
}
