import type { Connection } from './connection.ts';

/** The events of a session that outlive the process; text in flight does not. */
export interface StreamEvents {
  /** The last id, 0 when there is none. */
  lastId(sessionId: string): number;
  /** In order, as JSON without the id. */
  after(sessionId: string, after: number): readonly { readonly id: number; readonly payload: string }[];
  insert(sessionId: string, id: number, payload: string): void;
  /** Keeps the newest. */
  trim(sessionId: string, keep: number): void;
}

export function prepareStreamEvents(connection: Connection): (tenantId: string) => StreamEvents {
  type OfSession = { tenantId: string; sessionId: string };
  const last = connection.prepare((db, p: OfSession) =>
    db
      .selectFrom('streamEvents')
      .select('id')
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .orderBy('id', 'desc')
      .limit(1),
  );
  const after = connection.prepare((db, p: OfSession & { after: number }) =>
    db
      .selectFrom('streamEvents')
      .select(['id', 'payload'])
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .where('id', '>', p.after)
      .orderBy('id'),
  );
  const insert = connection.prepare((db, p: OfSession & { id: number; payload: string }) =>
    db
      .insertInto('streamEvents')
      .values({ tenantId: p.tenantId, sessionId: p.sessionId, id: p.id, payload: p.payload }),
  );
  const oldestKept = connection.prepare((db, p: OfSession & { keep: number }) =>
    db
      .selectFrom('streamEvents')
      .select('id')
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .orderBy('id', 'desc')
      .limit(1)
      .offset(p.keep),
  );
  const trim = connection.prepare((db, p: OfSession & { upTo: number }) =>
    db
      .deleteFrom('streamEvents')
      .where('tenantId', '=', p.tenantId)
      .where('sessionId', '=', p.sessionId)
      .where('id', '<=', p.upTo),
  );
  return (tenantId) => ({
    lastId: (sessionId) => last.get({ tenantId, sessionId })?.id ?? 0,
    after: (sessionId, id) => after.all({ tenantId, sessionId, after: id }),
    insert: (sessionId, id, payload) => {
      insert.run({ tenantId, sessionId, id, payload });
    },
    trim: (sessionId, keep) => {
      const newestDropped = oldestKept.get({ tenantId, sessionId, keep });
      if (newestDropped !== undefined) trim.run({ tenantId, sessionId, upTo: newestDropped.id });
    },
  });
}
