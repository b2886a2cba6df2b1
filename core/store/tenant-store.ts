import type { Clock } from '../contract/index.ts';
import type { Connection } from './connection.ts';
import { prepareRevisions, type Revisions } from './revisions.ts';

/**
 * One tenant's rows. There is no other way to a row, so a query without a tenant does not compile.
 * Methods that change something are called inside `Store.write`.
 */
export interface TenantStore {
  readonly tenantId: string;
  readonly revisions: Revisions;
}

export function prepareTenantStore(connection: Connection, clock: Clock): (tenantId: string) => TenantStore {
  const revisions = prepareRevisions(connection, clock);
  return (tenantId) => ({
    tenantId,
    revisions: revisions(tenantId),
  });
}
