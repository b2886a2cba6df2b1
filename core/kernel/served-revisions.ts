import type { LoadedDefinition } from '../config/definition-loader.ts';
import { parseDuration } from '../config/units.ts';
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

/** `guardrails.pii.retention` of what a tenant served last, whether or not it is there still. */
export function lastRetention(store: Store, tenantId: string): number | undefined {
  const { guardrails } = (store.forTenant(tenantId).revisions.lastServed()?.canonical ?? {}) as {
    readonly guardrails?: { readonly pii?: { readonly retention?: unknown } };
  };
  const retention = guardrails?.pii?.retention;
  return typeof retention === 'string' ? parseDuration(retention) : undefined;
}
