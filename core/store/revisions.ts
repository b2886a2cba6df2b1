import type { Clock } from '../contract/index.ts';
import type { Connection } from './connection.ts';

/** A definition that was applied. */
export interface AppliedRevision {
  /** Hash of the effective definition. */
  readonly revision: string;
  /** The effective definition, secrets still references. */
  readonly canonical: unknown;
  /** Milliseconds since the epoch. */
  readonly appliedAt: number;
}

/** What each tenant last served, for `plan` and `apply`. */
export interface Revisions {
  /** Undefined also after `recordRemoved`. */
  last(): AppliedRevision | undefined;
  /** The same, and after `recordRemoved` what was served before it. */
  lastServed(): AppliedRevision | undefined;
  /** Call inside `Store.write`. */
  record(applied: Pick<AppliedRevision, 'revision' | 'canonical'>): void;
  /** The folder of the bot is gone. Call inside `Store.write`. */
  recordRemoved(): void;
}

/** Stands where the hash of a definition stands, which is never empty. */
const removed = '';

/** Tenants that were applied and not removed since, in the order of their names. */
export function prepareAppliedTenants(connection: Connection): () => readonly string[] {
  const applied = connection.prepare((db, _: object) =>
    db
      .selectFrom('revisions as r')
      .select('r.tenantId')
      .where('r.revision', '!=', removed)
      .where('r.seq', '=', (eb) =>
        eb
          .selectFrom('revisions as later')
          .select((last) => last.fn.max('later.seq').as('seq'))
          .whereRef('later.tenantId', '=', 'r.tenantId'),
      )
      .orderBy('r.tenantId'),
  );
  return () => applied.all({}).map(({ tenantId }) => tenantId);
}

/** All that ever served, also those that were removed since, in the order of their names. */
export function prepareServedTenants(connection: Connection): () => readonly string[] {
  const served = connection.prepare((db, _: object) =>
    db.selectFrom('revisions').select('tenantId').distinct().orderBy('tenantId'),
  );
  return () => served.all({}).map(({ tenantId }) => tenantId);
}

export function prepareRevisions(connection: Connection, clock: Clock): (tenantId: string) => Revisions {
  const last = connection.prepare((db, p: { tenantId: string }) =>
    db
      .selectFrom('revisions')
      .select(['revision', 'canonical', 'appliedAt'])
      .where('tenantId', '=', p.tenantId)
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const lastServed = connection.prepare((db, p: { tenantId: string }) =>
    db
      .selectFrom('revisions')
      .select(['revision', 'canonical', 'appliedAt'])
      .where('tenantId', '=', p.tenantId)
      .where('revision', '!=', removed)
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const insert = connection.prepare(
    (db, p: { tenantId: string; revision: string; canonical: string; appliedAt: number }) =>
      db.insertInto('revisions').values({
        tenantId: p.tenantId,
        revision: p.revision,
        canonical: p.canonical,
        appliedAt: p.appliedAt,
      }),
  );
  return (tenantId) => ({
    last: () => {
      const row = last.get({ tenantId });
      return row === undefined || row.revision === removed ? undefined : read(row);
    },
    lastServed: () => {
      const row = lastServed.get({ tenantId });
      return row === undefined ? undefined : read(row);
    },
    record: ({ revision, canonical }) => {
      insert.run({ tenantId, revision, canonical: JSON.stringify(canonical), appliedAt: clock.now() });
    },
    recordRemoved: () => {
      insert.run({ tenantId, revision: removed, canonical: 'null', appliedAt: clock.now() });
    },
  });
}

function read(row: { revision: string; canonical: string; appliedAt: number }): AppliedRevision {
  return { ...row, canonical: JSON.parse(row.canonical) as unknown };
}
