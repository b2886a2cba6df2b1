import type { LoadedDefinition } from '../config/definition-loader.ts';
import type { Logger } from '../contract/index.ts';
import type { Store } from '../store/open-store.ts';

/** Remembers what a tenant serves, for `plan`. Nobody waits for it, and a tenant serves also when it cannot be written. */
export function recordServed(store: Store, loaded: LoadedDefinition, revision: string, log: Logger): void {
  const revisions = store.forTenant(loaded.tenantId).revisions;
  if (revisions.last()?.revision === revision) return;
  store
    .write(() => revisions.record({ revision, canonical: loaded.canonical }))
    .catch((error: unknown) =>
      log.error('the served revision could not be recorded', { tenant: loaded.tenantId, error }),
    );
}

/** The same for a bot whose folder has gone. */
export function recordRemoved(store: Store, tenantId: string, log: Logger): void {
  const revisions = store.forTenant(tenantId).revisions;
  if (revisions.last() === undefined) return;
  store
    .write(() => revisions.recordRemoved())
    .catch((error: unknown) => log.error('the removed bot could not be recorded', { tenant: tenantId, error }));
}
