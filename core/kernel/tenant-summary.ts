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
    channels: Object.entries(bot?.channels ?? {}).map(([key, { use, enabled }]) => ({ key, use, enabled })),
    languages: { default: bot?.languages.default ?? 'en', supported: bot?.languages.supported ?? [] },
    model: bot?.llm.use ?? '',
    chunks: slot.chunks,
    unread: slot.unread,
    suggestions: now.suggestions,
    diagnostics: slot.diagnostics,
    activeTurns: now.activeTurns,
  };
}
