import type { Connection } from './connection.ts';

/** The inbox of all tenants, in the order in which it was filled. */
export interface Received {
  /**
   * Forgets what came before this time and is answered, among some hundreds of rows behind this one. Returns the last of them; undefined
   * when the rest is younger. Called inside `Store.write`.
   */
  prune(after: number, before: number): number | undefined;
}

/** Some milliseconds. */
const rowsAtOnce = 250;

export function prepareReceived(connection: Connection): Received {
  const behind = connection.prepare((db, p: { after: number; limit: number }) =>
    db.selectFrom('inbox').select(['seq', 'receivedAt']).where('seq', '>', p.after).orderBy('seq').limit(p.limit),
  );
  const drop = connection.prepare((db, p: { after: number; last: number; before: number }) =>
    db
      .deleteFrom('inbox')
      .where('seq', '>', p.after)
      .where('seq', '<=', p.last)
      .where('receivedAt', '<', p.before)
      .where('state', '=', 'done'),
  );
  return {
    prune: (after, before) => {
      const rows = behind.all({ after, limit: rowsAtOnce });
      const last = rows.at(-1)?.seq;
      if (last === undefined || rows.every(({ receivedAt }) => receivedAt >= before)) return undefined;
      drop.run({ after, last, before });
      return rows.length < rowsAtOnce ? undefined : last;
    },
  };
}
