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

/** Anybody can send what is refused, so it must not push out the rest. One or nought, as SQLite has it. */
const isRefused = sql<number>`(taken = 'rejected' or status between 400 and 499)`;

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
  const oldestKept = connection.prepare((db, p: { tenantId: string; count: number; refused: number }) =>
    db
      .selectFrom('webhookLog')
      .select('seq')
      .where('tenantId', '=', p.tenantId)
      .where(isRefused, '=', p.refused)
      .orderBy('seq', 'desc')
      .limit(1)
      .offset(p.count),
  );
  const prune = connection.prepare((db, p: { tenantId: string; seq: number; refused: number; since: number }) =>
    db
      .deleteFrom('webhookLog')
      .where('tenantId', '=', p.tenantId)
      .where(isRefused, '=', p.refused)
      .where((row) => row.or([row('seq', '<=', p.seq), row('at', '<', p.since)])),
  );
  return (tenantId) => ({
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    newest: ({ limit, since }) => newest.all({ tenantId, limit, since }),
    after: (seq, limit) => after.all({ tenantId, seq, limit }),
    prune: ({ count, refused, since }) => {
      const shares = [
        { count, refused: 0 },
        { count: refused, refused: 1 },
      ];
      return shares.reduce((gone, share) => {
        const first = oldestKept.get({ tenantId, ...share });
        return gone + prune.run({ tenantId, seq: first?.seq ?? 0, refused: share.refused, since });
      }, 0);
    },
  });
}
