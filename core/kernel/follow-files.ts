import type { DefinitionLoader } from '../config/definition-loader.ts';
import { watchBots } from '../config/watch-bots.ts';
import type { Logger } from '../contract/index.ts';
import type { IngestReport } from '../knowledge/ingest-report.ts';
import type { ReloadReport } from './face.ts';
import type { KnowledgeKeeper } from './knowledge-keeper.ts';
import type { TenantSlots } from './tenant-slots.ts';

interface Followed {
  readonly botsDirectory: string;
  readonly loader: Pick<DefinitionLoader, 'list'>;
  readonly slots: Pick<TenantSlots, 'tenantIds' | 'find'>;
  readonly keeper: Pick<KnowledgeKeeper, 'refresh'>;
  readonly log: Logger;
  reload(tenantId: string, signal: AbortSignal): Promise<ReloadReport>;
}

/** Reloads what changes on the disk, and tells of each change that made a difference. Resolves when `signal` aborts. */
export async function followFiles(
  followed: Followed,
  onReload: (report: ReloadReport) => void,
  signal: AbortSignal,
): Promise<void> {
  const { botsDirectory, loader, slots, log } = followed;
  for await (const change of watchBots({ botsDirectory }, signal)) {
    const known = new Set([...slots.tenantIds, ...(await loader.list(signal))]);
    const tenantIds = change.tenantId === '*' ? [...known] : known.has(change.tenantId) ? [change.tenantId] : [];
    for (const tenantId of tenantIds) {
      void follow(followed, tenantId, signal).then(
        (report) => report !== undefined && onReload(report),
        (error: unknown) =>
          signal.aborted || log.error('a changed tenant could not be read', { tenant: tenantId, error }),
      );
    }
  }
}

/** A file of the tenant changed: its definition first, then its documents. */
async function follow(
  { slots, keeper, reload }: Followed,
  tenantId: string,
  signal: AbortSignal,
): Promise<ReloadReport | undefined> {
  const wasWrong = slots.find(tenantId)?.diagnostics.some((one) => one.severity === 'error') === true;
  const report = await reload(tenantId, signal);
  // Also told: that the mistakes are gone, though what serves is the same.
  if (report.outcome !== 'unchanged' || wasWrong) return report;
  const read = await keeper.refresh(tenantId);
  const changes = documentChanges(read);
  if (changes.length === 0) return undefined;
  return { ...report, outcome: 'documents', changes, elapsedMs: report.elapsedMs + read.elapsedMs };
}

function documentChanges({ added, changed, removed, failures }: IngestReport): readonly string[] {
  return [
    ...(added > 0 ? [`documents added: ${added}`] : []),
    ...(changed > 0 ? [`documents changed: ${changed}`] : []),
    ...(removed > 0 ? [`documents removed: ${removed}`] : []),
    // The log has told why.
    ...(failures.length > 0 ? [`documents that could not be read: ${failures.length}`] : []),
  ];
}
