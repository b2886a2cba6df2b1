import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type QueuedEvent = Omit<Selectable<Tables['eventQueue']>, 'tenantId'>;

/** Outgoing webhooks that have not arrived. What has arrived is not kept. */
export interface EventQueue {
  /** Behind everything that waits for the same address. */
  insert(row: Omit<QueuedEvent, 'seq' | 'state' | 'attempts' | 'reason'>): void;
  /** The oldest that waits for this address. */
  next(url: string): QueuedEvent | undefined;
  /** Addresses for which something waits. */
  waiting(): readonly string[];
  /** How many wait for this address. */
  count(url: string): number;
  /** Given up, newest first. */
  failed(limit: number): readonly QueuedEvent[];
  /** One that waits or was given up. It reads all that is stored of the tenant. */
  byId(id: string): QueuedEvent | undefined;
  /** Lets one that was given up wait again, behind what waits already. */
  revive(row: QueuedEvent): void;
  retry(seq: number, change: Pick<QueuedEvent, 'attempts' | 'dueAt' | 'reason'>): void;
  fail(seq: number, change: Pick<QueuedEvent, 'attempts' | 'reason'>): void;
  delete(seq: number): void;
  /** Forgets what was given up before this time. */
  prune(before: number): void;
}

const columns = [
  'seq',
  'id',
  'url',
  'type',
  'payload',
  'conversationId',
  'state',
  'attempts',
  'dueAt',
  'reason',
  'createdAt',
] as const;

/** Written into the text of the query, not bound: only so does SQLite use the partial index. */
const waitingState = sql<boolean>`state = 'waiting'`;
const failedState = sql.lit<'failed'>('failed');

export function prepareEventQueue(connection: Connection): (tenantId: string) => EventQueue {
  type OfTenant = { tenantId: string };
  type New = Parameters<EventQueue['insert']>[0];
  const insert = connection.prepare((db, p: OfTenant & New) =>
    db.insertInto('eventQueue').values({
      tenantId: p.tenantId,
      id: p.id,
      url: p.url,
      type: p.type,
      payload: p.payload,
      conversationId: p.conversationId,
      state: 'waiting',
      attempts: 0,
      dueAt: p.dueAt,
      reason: null,
      createdAt: p.createdAt,
    }),
  );
  const next = connection.prepare((db, p: OfTenant & { url: string }) =>
    db
      .selectFrom('eventQueue')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('url', '=', p.url)
      .where(waitingState)
      .orderBy('seq')
      .limit(1),
  );
  const waiting = connection.prepare((db, p: OfTenant) =>
    db.selectFrom('eventQueue').select('url').distinct().where('tenantId', '=', p.tenantId).where(waitingState),
  );
  const count = connection.prepare((db, p: OfTenant & { url: string }) =>
    db
      .selectFrom('eventQueue')
      .select((one) => one.fn.countAll<number>().as('count'))
      .where('tenantId', '=', p.tenantId)
      .where('url', '=', p.url)
      .where(waitingState),
  );
  const failed = connection.prepare((db, p: OfTenant & { limit: number }) =>
    db
      .selectFrom('eventQueue')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('state', '=', failedState)
      .orderBy('createdAt', 'desc')
      .orderBy('seq', 'desc')
      .limit(p.limit),
  );
  type Change = OfTenant & { seq: number; attempts: number; reason: string | null };
  const byId = connection.prepare((db, p: OfTenant & { id: string }) =>
    db.selectFrom('eventQueue').select(columns).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const retry = connection.prepare((db, p: Change & { dueAt: number }) =>
    db
      .updateTable('eventQueue')
      .set({ attempts: p.attempts, dueAt: p.dueAt, reason: p.reason })
      .where('tenantId', '=', p.tenantId)
      .where('seq', '=', p.seq),
  );
  const fail = connection.prepare((db, p: Change) =>
    db
      .updateTable('eventQueue')
      .set({ state: 'failed', attempts: p.attempts, reason: p.reason })
      .where('tenantId', '=', p.tenantId)
      .where('seq', '=', p.seq),
  );
  const remove = connection.prepare((db, p: OfTenant & { seq: number }) =>
    db.deleteFrom('eventQueue').where('tenantId', '=', p.tenantId).where('seq', '=', p.seq),
  );
  const prune = connection.prepare((db, p: OfTenant & { before: number }) =>
    db
      .deleteFrom('eventQueue')
      .where('tenantId', '=', p.tenantId)
      .where('createdAt', '<', p.before)
      .where('state', '=', failedState),
  );
  return (tenantId) => ({
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    next: (url) => next.get({ tenantId, url }),
    waiting: () => waiting.all({ tenantId }).map(({ url }) => url),
    count: (url) => count.get({ tenantId, url })?.count ?? 0,
    failed: (limit) => failed.all({ tenantId, limit }),
    byId: (id) => byId.get({ tenantId, id }),
    revive: ({ seq, state: _, attempts: __, reason: ___, ...row }) => {
      remove.run({ tenantId, seq });
      insert.run({ tenantId, ...row, dueAt: 0 });
    },
    retry: (seq, change) => {
      retry.run({ tenantId, seq, ...change });
    },
    fail: (seq, change) => {
      fail.run({ tenantId, seq, ...change });
    },
    delete: (seq) => {
      remove.run({ tenantId, seq });
    },
    prune: (before) => {
      prune.run({ tenantId, before });
    },
  });
}

/** Addresses for which something waits, of all tenants. */
export function prepareWaitingEvents(connection: Connection) {
  const addresses = connection.prepare((db, _: object) =>
    db.selectFrom('eventQueue').select(['tenantId', 'url']).distinct().where(waitingState),
  );
  return (): readonly { readonly tenantId: string; readonly url: string }[] => addresses.all({});
}
