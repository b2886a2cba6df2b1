import { hash } from 'node:crypto';
import type { Connection } from './connection.ts';

/** Under which a channel knows a person. */
export interface Address {
  readonly channel: string;
  readonly externalId: string;
}

/**
 * That somebody wants no messages outlives whatever else was known of them: nobody may write to them because they were forgotten. Of an
 * address that is known it stands with the address, so each opt-out is in one place.
 */
export interface OptOuts {
  /** When it was said, of an address that has been erased since. */
  saidAt(address: Address): number | undefined;
  keep(address: Address, saidAt: number): void;
  /** Forgets it, and tells when it was said: the address is known again. */
  take(address: Address): number | undefined;
}

export function prepareOptOuts(connection: Connection): (tenantId: string) => OptOuts {
  type Key = { tenantId: string; digest: Buffer };
  const find = connection.prepare((db, p: Key) =>
    db.selectFrom('optOuts').select('saidAt').where('tenantId', '=', p.tenantId).where('digest', '=', p.digest),
  );
  const insert = connection.prepare((db, p: Key & { saidAt: number }) =>
    db.replaceInto('optOuts').values({ tenantId: p.tenantId, digest: p.digest, saidAt: p.saidAt }),
  );
  const remove = connection.prepare((db, p: Key) =>
    db.deleteFrom('optOuts').where('tenantId', '=', p.tenantId).where('digest', '=', p.digest),
  );
  return (tenantId) => {
    const keyOf = (address: Address): Key => ({ tenantId, digest: digestOf(tenantId, address) });
    return {
      saidAt: (address) => find.get(keyOf(address))?.saidAt,
      keep: (address, saidAt) => {
        insert.run({ ...keyOf(address), saidAt });
      },
      take: (address) => {
        const key = keyOf(address);
        const kept = find.get(key);
        if (kept !== undefined) remove.run(key);
        return kept?.saidAt;
      },
    };
  };
}

/** With the tenant, so that nobody sees in the file that two bots were left by the same person. */
function digestOf(tenantId: string, { channel, externalId }: Address): Buffer {
  return hash('sha256', JSON.stringify([tenantId, channel, externalId]), 'buffer');
}
