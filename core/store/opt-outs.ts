import { hash } from 'node:crypto';
import type BetterSqlite3 from 'better-sqlite3';
import type { Connection } from './connection.ts';

interface Address {
  readonly channel: string;
  readonly externalId: string;
}

/** The wish of a person to get no messages outlives what else is known of them: only who keeps it can heed it. */
export interface OptOuts {
  /** With what an identity of this address begins, which keeps it from now on: the person may have been forgotten since they said so. */
  consentOf(address: Address): { readonly consent: 'out' | null; readonly consentAt: number | null };
}

export function prepareOptOuts(connection: Connection): (tenantId: string) => OptOuts {
  const take = connection.prepare((db, p: { tenantId: string; digest: Buffer }) =>
    db.deleteFrom('optOuts').where('tenantId', '=', p.tenantId).where('digest', '=', p.digest).returning('saidAt'),
  );
  return (tenantId) => ({
    consentOf: (address) => {
      const left = take.get({ tenantId, digest: digestOf(address) });
      return left === undefined ? { consent: null, consentAt: null } : { consent: 'out', consentAt: left.saidAt };
    },
  });
}

/** Call before the identities of a contact are erased. */
export function rememberOptOuts(sqlite: BetterSqlite3.Database, tenant: string, contact: string): void {
  const left = sqlite
    .prepare(
      `SELECT channel, external_id AS externalId, consent_at AS at FROM identities
       WHERE tenant_id = ? AND contact_id = ? AND consent = 'out'`,
    )
    .all(tenant, contact) as (Address & { readonly at: number | null })[];
  const keep = sqlite.prepare('INSERT OR REPLACE INTO opt_outs (tenant_id, digest, said_at) VALUES (?, ?, ?)');
  for (const { at, ...address } of left) keep.run(tenant, digestOf(address), at ?? 0);
}

/** An address is a telephone number, more often than not. */
function digestOf({ channel, externalId }: Address): Buffer {
  return hash('sha256', JSON.stringify([channel, externalId]), 'buffer');
}
