import { describeChange, diffDefinitions } from '../config/definition-diff.ts';
import type { LoadedDefinition } from '../config/definition-loader.ts';
import type { ResolvedBot } from '../contract/index.ts';
import type { Application } from '../kernel/application.ts';
import type { IngestReport } from '../knowledge/ingest-report.ts';
import type { AppliedRevision } from '../store/revisions.ts';
import { describeEstimate } from './describe-estimate.ts';
import type { Shell } from './shell.ts';
import { count, moment, shortHash } from './wording.ts';

/** What applying the files of one bot would change. */
export interface TenantPlan {
  readonly tenantId: string;
  readonly state: 'new' | 'changed' | 'unchanged' | 'invalid' | 'removed';
  readonly from: { readonly revision: string; readonly appliedAt: string } | undefined;
  /** Undefined where the definition has errors, or is gone. */
  readonly to: string | undefined;
  readonly changes: readonly PlannedChange[];
  readonly documents:
    | { readonly added: number; readonly changed: number; readonly removed: number; readonly unchanged: number }
    | undefined;
  readonly estimate?: IngestReport['estimate'];
  /** Documents of which an earlier reading has found that they cannot be read, and which have not changed since; sources that cannot be listed. */
  readonly failures: IngestReport['failures'];
  /** Undefined where the folder is gone. */
  readonly loaded: LoadedDefinition | undefined;
}
export interface PlannedChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: readonly (string | number)[];
  /** One line for people. */
  readonly text: string;
}

/** Compares what was applied last with the files. Changes nothing, and reads no document's content. */
export async function planTenant(tenantId: string, application: Application, signal: AbortSignal): Promise<TenantPlan> {
  const last = application.store.forTenant(tenantId).revisions.last();
  const loaded = await application.loader.load(tenantId, signal);
  const from = fromOf(last);
  if (loaded.bot === undefined) {
    return { tenantId, state: 'invalid', from, to: undefined, changes: [], documents: undefined, failures: [], loaded };
  }
  const changes = last === undefined ? firstChanges(loaded.bot) : changesSince(last.canonical, loaded.canonical);
  await application.kernel.reload(tenantId, signal);
  const { added, changed, removed, unchanged, failures, estimate } = await application.kernel.ingest(
    tenantId,
    { mode: 'dry-run', sources: 'at-once' },
    signal,
  );
  // What an earlier run has left without vectors is made by the next.
  const touched = changes.length + added + changed + removed + (estimate?.chunks ?? 0) > 0;
  return {
    tenantId,
    state: last === undefined ? 'new' : touched ? 'changed' : 'unchanged',
    from,
    to: loaded.bot.revision,
    changes,
    documents: { added, changed, removed, unchanged },
    failures,
    ...(estimate === undefined ? {} : { estimate }),
    loaded,
  };
}

/** Bots that were applied and whose folders are gone. */
export async function removedTenants(application: Application, signal: AbortSignal): Promise<readonly string[]> {
  const there = new Set(await application.loader.list(signal));
  return application.store.appliedTenants().filter((tenantId) => !there.has(tenantId));
}

export function planRemoved(tenantId: string, application: Application): TenantPlan {
  const from = fromOf(application.store.forTenant(tenantId).revisions.last());
  return {
    tenantId,
    state: 'removed',
    from,
    to: undefined,
    changes: [],
    documents: undefined,
    failures: [],
    loaded: undefined,
  };
}

function fromOf(last: AppliedRevision | undefined): TenantPlan['from'] {
  return last === undefined
    ? undefined
    : { revision: last.revision, appliedAt: new Date(last.appliedAt).toISOString() };
}

function changesSince(before: unknown, after: unknown): readonly PlannedChange[] {
  // What was stored went through JSON; so does what it is compared with, or an absent value would look like a change.
  return diffDefinitions(before, JSON.parse(JSON.stringify(after))).map((change) => ({
    kind: change.kind,
    path: change.path,
    text: describeChange(change),
  }));
}

/** A bot that was never applied: its channels and sources, not each of its texts. */
function firstChanges(bot: ResolvedBot): readonly PlannedChange[] {
  const entries = (section: 'channels' | 'knowledge' | 'tools') =>
    Object.entries(bot[section]).map(
      ([key, { use }]): PlannedChange => ({
        kind: 'added',
        path: [section, key],
        text: `${section}.${key} added: ${use}`,
      }),
    );
  return [...entries('channels'), ...entries('knowledge'), ...entries('tools')];
}

/** For people: one block a bot, changes grouped by section. */
export function renderPlan(plan: TenantPlan, { ink }: Pick<Shell, 'ink'>): string {
  const name = ink.bold(plan.tenantId);
  switch (plan.state) {
    case 'unchanged':
      return `${name}  ${ink.dim(`no changes (revision ${shortHash(plan.to)})`)}`;
    case 'invalid':
      return `${name}  ${ink.red('not valid: cannot be applied')}`;
    case 'removed':
      return `${name}  ${ink.red('removed')}  ${ink.dim(`${appliedAs(plan)} -> no folder; its conversations stay in the store`)}`;
    case 'new':
    case 'changed':
      break;
    default:
      plan.state satisfies never;
  }
  const changes = plan.changes.length === 0 ? 'definition unchanged' : count(plan.changes.length, 'change');
  const head = plan.state === 'new' ? ink.green('new bot') : ink.yellow(changes);
  const lines = [`${name}  ${head}  ${ink.dim(`${appliedAs(plan)} -> ${shortHash(plan.to)}`)}`];
  const sections = Map.groupBy(plan.changes, (change) => String(change.path[0] ?? ''));
  for (const [section, changes] of sections) {
    lines.push(`  ${ink.cyan(section)}`);
    for (const change of changes) lines.push(`    ${signs(ink)[change.kind]} ${change.text}`);
  }
  const { documents } = plan;
  if (documents !== undefined && documents.added + documents.changed + documents.removed > 0) {
    const parts = (['added', 'changed', 'removed'] as const).flatMap((what) =>
      documents[what] > 0 ? [`${documents[what]} ${what}`] : [],
    );
    lines.push(
      `  ${ink.cyan('documents')}`,
      `    ${ink.yellow('~')} ${parts.join(', ')}; ${documents.unchanged} unchanged`,
    );
  }
  const { estimate } = plan;
  if (estimate !== undefined && estimate.chunks > 0) {
    lines.push(`  ${ink.cyan('embedding')}`, `    ${ink.yellow('~')} ${describeEstimate(estimate)}`);
  }
  return lines.join('\n');
}

function appliedAs({ from }: TenantPlan): string {
  if (from === undefined) return 'never applied';
  return `${shortHash(from.revision)}, applied ${moment(from.appliedAt, 'minutes')}`;
}

function signs(ink: Shell['ink']): Readonly<Record<PlannedChange['kind'], string>> {
  return { added: ink.green('+'), removed: ink.red('-'), changed: ink.yellow('~') };
}

/** The same for scripts; of a plan that was carried out also what became of its vectors, as `ingest` says it. */
export function planToJson(plans: readonly (TenantPlan & Pick<IngestReport, 'backfill'>)[]): unknown {
  return {
    formatVersion: 1,
    changes: plans.some((plan) => plan.state === 'new' || plan.state === 'changed' || plan.state === 'removed'),
    tenants: plans.map(({ tenantId, state, from, to, changes, documents, failures, estimate, backfill, loaded }) => ({
      tenant: tenantId,
      state,
      from: from ?? null,
      to: to ?? null,
      changes,
      documents: documents ?? null,
      failures,
      ...(estimate === undefined ? {} : { estimate }),
      ...(backfill === undefined ? {} : { backfill }),
      diagnostics: loaded?.diagnostics ?? [],
    })),
  };
}
