import { describeChange, diffDefinitions } from '../config/definition-diff.ts';
import type { DefinitionLoader, LoadedDefinition } from '../config/definition-loader.ts';
import type { Diagnostic } from '../config/diagnostic.ts';
import { displayPath } from '../config/source-text.ts';
import { type Clock, PolyphonError, type ResolvedBot } from '../contract/index.ts';
import type { ReloadReport } from './face.ts';
import type { TenantRevision } from './tenant-revision.ts';
import type { TenantSlot } from './tenant-slot.ts';

export interface ReloadServices {
  readonly loader: DefinitionLoader;
  readonly clock: Clock;
  makeRevision(bot: ResolvedBot): Promise<TenantRevision>;
  /** Called after the swap, before the old revision drains. */
  onServing(
    slot: TenantSlot,
    loaded: LoadedDefinition,
    revisions: { readonly current: TenantRevision; readonly previous: TenantRevision | undefined },
  ): void;
  retire(revision: TenantRevision): void;
}

/**
 * Opens the candidate, swaps the reference, lets the old revision drain. On any failure the last good revision serves on and
 * the report says where the mistake is.
 */
export async function reloadSlot(
  slot: TenantSlot,
  services: ReloadServices,
  signal: AbortSignal,
): Promise<ReloadReport> {
  const startedMs = services.clock.monotonicMs();
  const report = (outcome: ReloadReport['outcome'], changes: readonly string[] = []): ReloadReport => ({
    tenantId: slot.tenantId,
    outcome,
    revision: slot.current?.bot.revision,
    changes,
    diagnostics: slot.diagnostics,
    elapsedMs: services.clock.monotonicMs() - startedMs,
  });

  const loaded = await services.loader.load(slot.tenantId, signal);
  slot.diagnostics = loaded.diagnostics;
  if (loaded.bot === undefined) return report('rejected');
  const previous = slot.current;
  if (previous !== undefined && previous.bot.revision === loaded.bot.revision) return report('unchanged');

  let candidate: TenantRevision | undefined;
  try {
    candidate = await services.makeRevision(loaded.bot);
    const open = previous === undefined ? [] : previous.openTokens;
    for (const token of new Set([...candidate.eagerTokens(), ...open])) {
      if (candidate.has(token)) await candidate.port(token);
    }
    signal.throwIfAborted();
  } catch (error) {
    await candidate?.[Symbol.asyncDispose]();
    signal.throwIfAborted();
    slot.diagnostics = [
      ...loaded.diagnostics,
      openingFailure(error, loaded, previous === undefined ? 'none' : 'serves'),
    ];
    return report('rejected');
  }

  const before = slot.serving;
  slot.current = candidate;
  slot.serving = loaded;
  services.onServing(slot, loaded, { current: candidate, previous });
  if (previous !== undefined) services.retire(previous);
  if (before === undefined) return report('added');
  return report('swapped', diffDefinitions(before.canonical, loaded.canonical).map(describeChange));
}

const sections: Readonly<Record<string, (key: string) => readonly (string | number)[]>> = {
  model: (key) => (key === 'llm' ? ['llm', 'use'] : ['llm', 'fallback', Number(key.replace('fallback-', '')), 'use']),
  embedding: () => ['retrieval', 'embedding', 'use'],
  retrieval: () => ['retrieval', 'use'],
  reranker: () => ['retrieval', 'rerank', 'use'],
  source: (key) => ['knowledge', key, 'use'],
  tool: (key) => ['tools', key, 'use'],
  channel: (key) => ['channels', key, 'use'],
};

/** What a plugin that did not open says, at the line of the definition that asks for it. */
function openingFailure(error: unknown, loaded: LoadedDefinition, older: 'serves' | 'none'): Diagnostic {
  const entry = error instanceof PolyphonError && typeof error.data['entry'] === 'string' ? error.data['entry'] : '';
  const [kind = '', key = ''] = entry.split(':');
  const origin = loaded.origin(sections[kind]?.(key) ?? []);
  const place = { line: origin?.line ?? 1, column: origin?.column ?? 1 };
  return {
    severity: 'error',
    code: error instanceof PolyphonError ? error.code : 'PLG2006',
    summary: error instanceof PolyphonError ? error.message : 'a plugin could not be opened',
    detail: `${older === 'serves' ? 'The last good revision serves on. ' : ''}Correct the entry, or see the log for what the plugin reported.`,
    file: origin?.file ?? displayPath(loaded.files[0] ?? 'bot.yaml'),
    range: { start: place, end: place },
  };
}

export function removedReport(tenantId: string): ReloadReport {
  return { tenantId, outcome: 'removed', revision: undefined, changes: [], diagnostics: [], elapsedMs: 0 };
}
