import type { TenantSummary } from './face.ts';
import type { TenantSlot } from './tenant-slot.ts';

export function summaryOf(
  slot: TenantSlot,
  now: { readonly suggestions: readonly string[]; readonly activeTurns: number },
): TenantSummary {
  const bot = slot.current?.bot;
  return {
    tenantId: slot.tenantId,
    name: bot?.name ?? {},
    labels: bot?.labels ?? {},
    state: bot === undefined ? 'failed' : 'serving',
    revision: bot?.revision,
    channels: Object.entries(bot?.channels ?? {}).map(([key, { use, enabled }]) => {
      const failure = slot.current?.failureOf(key);
      return { key, use, enabled, ...(failure === undefined ? {} : { failure }) };
    }),
    languages: { default: bot?.languages.default ?? 'en', supported: bot?.languages.supported ?? [] },
    model: bot?.llm.use ?? '',
    chunks: slot.chunks,
    unread: slot.unread,
    ...(slot.backfill === undefined ? {} : { backfill: slot.backfill }),
    suggestions: now.suggestions,
    diagnostics: slot.diagnostics,
    activeTurns: now.activeTurns,
  };
}

/** Channels that fetch by themselves and hear nothing now. */
export function countFailing(tenants: readonly TenantSummary[]): number {
  return tenants.flatMap(({ channels }) => channels).filter(({ failure }) => failure !== undefined).length;
}

/** Tenants with chunks whose vectors are still to be made. */
export function countBackfilling(tenants: readonly TenantSummary[]): number {
  return tenants.filter(({ backfill }) => backfill !== undefined).length;
}
