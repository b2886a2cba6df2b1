import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type WebhookLogRow = Omit<Selectable<Tables['webhookLog']>, 'tenantId'>;

/** What platforms asked of a tenant's channels, and what was made of it. */
export interface WebhookLog {
  insert(row: Omit<WebhookLogRow, 'seq'>): void;
  /** Newest first, none from before `since`. */
  newest(query: { readonly limit: number; readonly since: number }): readonly WebhookLogRow[];
  /** In order, after the row with this number. */
  after(seq: number, limit: number): readonly WebhookLogRow[];
  /** Keeps the newest `count` rows, of refused requests the newest `refused`, and none from before `since`. */
  prune(keep: { readonly count: number; readonly refused: number; readonly since: number }): number;
}

const columns = [
  'seq',
  'at',
  'channel',
  'method',
  'route',
  'status',
  'taken',
  'detail',
  'durationMs',
  'headers',
  'bodyBytes',
  'shape',
] as const;

/** Anybody can send what is refused, so it must not push out the rest. Written as in the index, or SQLite would not use it. */
const isRefused = sql<boolean>`(taken = 'rejected' or status between 400 and 499)`;
/** How many of the oldest are looked at in one step. */
const oldestAtOnce = 200;

export function prepareWebhookLog(connection: Connection): (tenantId: string) => WebhookLog {
  const insert = connection.prepare((db, p: Omit<WebhookLogRow, 'seq'> & { tenantId: string }) =>
    db.insertInto('webhookLog').values({
      tenantId: p.tenantId,
      at: p.at,
      channel: p.channel,
      method: p.method,
      route: p.route,
      status: p.status,
      taken: p.taken,
      detail: p.detail,
      durationMs: p.durationMs,
      headers: p.headers,
      bodyBytes: p.bodyBytes,
      shape: p.shape,
    }),
  );
  const newest = connection.prepare((db, p: { tenantId: string; limit: number; since: number }) =>
    db
      .selectFrom('webhookLog')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('at', '>=', p.since)
      .orderBy('seq', 'desc')
      .limit(p.limit),
  );
  const after = connection.prepare((db, p: { tenantId: string; seq: number; limit: number }) =>
    db
      .selectFrom('webhookLog')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('seq', '>', p.seq)
      .orderBy('seq')
      .limit(p.limit),
  );
  type Place = { tenantId: string; skip: number };
  const seqAfter = connection.prepare((db, p: Place) =>
    db
      .selectFrom('webhookLog')
      .select('seq')
      .where('tenantId', '=', p.tenantId)
      .orderBy('seq', 'desc')
      .limit(1)
      .offset(p.skip),
  );
  const refusedAfter = connection.prepare((db, p: Place) =>
    db
      .selectFrom('webhookLog')
      .select('seq')
      .where('tenantId', '=', p.tenantId)
      .where(isRefused)
      .orderBy('seq', 'desc')
      .limit(1)
      .offset(p.skip),
  );
  const countRefused = connection.prepare((db, p: { tenantId: string }) =>
    db
      .selectFrom('webhookLog')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('tenantId', '=', p.tenantId)
      .where(isRefused),
  );
  type UpTo = { tenantId: string; seq: number };
  const dropUpTo = connection.prepare((db, p: UpTo) =>
    db
      .deleteFrom('webhookLog')
      .where('tenantId', '=', p.tenantId)
      .where('seq', '<=', p.seq)
      .where(sql<boolean>`not ${isRefused}`),
  );
  const dropRefusedUpTo = connection.prepare((db, p: UpTo) =>
    db.deleteFrom('webhookLog').where('tenantId', '=', p.tenantId).where('seq', '<=', p.seq).where(isRefused),
  );
  const dropOldest = connection.prepare((db, p: { tenantId: string; since: number; limit: number }) =>
    db
      .deleteFrom('webhookLog')
      .where('seq', 'in', (from) =>
        from.selectFrom('webhookLog').select('seq').where('tenantId', '=', p.tenantId).orderBy('seq').limit(p.limit),
      )
      .where('at', '<', p.since),
  );
  return (tenantId) => ({
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    newest: ({ limit, since }) => newest.all({ tenantId, limit, since }),
    after: (seq, limit) => after.all({ tenantId, seq, limit }),
    prune: ({ count, refused, since }) => {
      let gone = 0;
      const lastRefused = refusedAfter.get({ tenantId, skip: refused });
      if (lastRefused !== undefined) gone += dropRefusedUpTo.run({ tenantId, seq: lastRefused.seq });
      // Of the newest so many, at least `count` are none of them.
      const skip = count + (countRefused.get({ tenantId })?.count ?? 0);
      const last = seqAfter.get({ tenantId, skip });
      if (last !== undefined) gone += dropUpTo.run({ tenantId, seq: last.seq });
      for (let old = oldestAtOnce; old === oldestAtOnce; gone += old) {
        old = dropOldest.run({ tenantId, since, limit: oldestAtOnce });
      }
      return gone;
    },
  });
}
