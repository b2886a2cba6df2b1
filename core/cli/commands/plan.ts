import type { Application } from '../../kernel/application.ts';
import type { IngestReport } from '../../knowledge/ingest-report.ts';
import { chooseTenants } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { backfillLines, failureLines, isEmbedded, isWhole } from '../ingest-troubles.ts';
import { planRemoved, planTenant, planToJson, removedTenants, renderPlan, type TenantPlan } from '../plan.ts';
import type { Registry } from '../registry.ts';
import { writeError } from '../report-error.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showErrors } from '../show-diagnostics.ts';
import { count } from '../wording.ts';

interface PlanOptions {
  readonly exitCode?: true;
  readonly json?: true;
}

/** `plan` and `apply` are two halves of one thing. */
export function addPlan({ program, act }: Registry): void {
  program
    .command('plan')
    .description('compare the files with what was applied last')
    .argument('[tenant...]', 'bots to compare; all unless named')
    .option('--exit-code', 'exit with 2 when there are changes')
    .option('--json', 'print JSON')
    .action(act(plan));
  program
    .command('apply')
    .description('record the files as applied, and read changed documents')
    .argument('[tenant...]', 'bots to apply; all unless named')
    .option('--json', 'print JSON')
    .action(act(apply));
}

async function plan(shell: Shell, named: readonly string[], options: PlanOptions): Outcome {
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const plans = await planAll(named, application, shell);
  await show(plans, options, shell);
  if (plans.some(({ state }) => state === 'invalid')) return exitCodes.invalid;
  return options.exitCode && plans.some(({ state }) => state !== 'unchanged') ? exitCodes.changes : exitCodes.ok;
}

async function apply(shell: Shell, named: readonly string[], options: PlanOptions): Outcome {
  const { signal } = shell.terminal;
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const plans = await planAll(named, application, shell);
  const invalid = plans.filter(({ state }) => state === 'invalid').map(({ tenantId }) => tenantId);
  if (!options.json || invalid.length > 0) await show(plans, options, shell);
  if (invalid.length > 0) {
    const why = `Nothing was applied, because of the errors above in: ${invalid.join(', ')}.`;
    // Not thrown: what `--json` prints is the plans with their diagnostics already.
    writeError(shell, 'CLI9004', `${why} Correct them, or name the bots to apply.`);
    return exitCodes.invalid;
  }
  const applied: AppliedPlan[] = [];
  for (const one of plans) {
    const { failures, backfill } = await applyOne(one, application, signal);
    applied.push({ ...one, failures, ...(backfill === undefined ? {} : { backfill }) });
  }
  // For scripts once, with what became of the documents.
  if (options.json) await show(applied, options, shell);
  sayApplied(applied, options, shell);
  return applied.every(isWhole) ? exitCodes.ok : exitCodes.failure;
}

/** A plan that is carried out, and what could not be read or embedded. */
type AppliedPlan = TenantPlan & Pick<IngestReport, 'backfill'>;

async function applyOne(
  plan: TenantPlan,
  { store, kernel }: Application,
  signal: AbortSignal,
): Promise<Pick<IngestReport, 'failures' | 'backfill'>> {
  const { tenantId, state, to, loaded } = plan;
  const { revisions, embeddings } = store.forTenant(tenantId);
  if (state === 'removed') await store.write(() => revisions.recordRemoved());
  if (to === undefined || loaded === undefined) return plan;
  const isEmbedded = embeddings.served()?.next === undefined;
  if (state === 'unchanged' && isEmbedded) return plan;
  const report = await kernel.ingest(tenantId, { mode: 'apply' }, signal);
  if (revisions.last()?.revision !== to) {
    await store.write(() => revisions.record({ revision: to, canonical: loaded.canonical }));
  }
  return report;
}

/** Data for the bots that are as their files say; on stderr what is missing from the others. */
function sayApplied(applied: readonly AppliedPlan[], options: PlanOptions, { print, say, ink, note }: Shell): void {
  const whole = applied.filter((one) => one.state !== 'unchanged' && isWhole(one)).length;
  if (whole > 0 && !options.json) {
    print(
      `\n${ink.green('✓')} ${count(whole, 'bot')} applied. A server that follows the files has it already; any other takes it on when it starts.`,
    );
  }
  for (const one of applied.filter((each) => !isWhole(each))) {
    say([`\n${note.bold(one.tenantId)}`, ...failureLines(one, note), ...backfillLines(one, note)].join('\n'));
    const unread = one.failures.length === 0 ? [] : [`${count(one.failures.length, 'document')} could not be read`];
    const unembedded = isEmbedded(one) ? [] : ['not all is embedded'];
    say(
      `${note.red('✗')} ${one.tenantId}: the definition is applied; ${[...unread, ...unembedded].join(', and ')}. Correct what is named above and run \`polyphon apply\` again.`,
    );
  }
}

async function planAll(
  named: readonly string[],
  application: Application,
  shell: Shell,
): Promise<readonly TenantPlan[]> {
  const plans: TenantPlan[] = [];
  const gone = await removedTenants(application, shell.terminal.signal);
  const there = named.filter((name) => !gone.includes(name));
  const chosen = named.length > 0 && there.length === 0 ? [] : await chooseTenants(there, application.loader, shell);
  for (const tenantId of chosen) {
    plans.push(await planTenant(tenantId, application, shell.terminal.signal));
  }
  for (const tenantId of named.length === 0 ? gone : gone.filter((name) => named.includes(name))) {
    plans.push(planRemoved(tenantId, application));
  }
  return plans;
}

async function show(plans: readonly TenantPlan[], options: PlanOptions, shell: Shell): Promise<void> {
  if (options.json) {
    shell.print(JSON.stringify(planToJson(plans), undefined, 2));
    return;
  }
  await showErrors(
    plans.flatMap(({ loaded }) => loaded?.diagnostics ?? []),
    shell,
  );
  const touched = plans.filter(({ state }) => state !== 'unchanged');
  if (touched.length === 0) shell.print(`No changes: ${count(plans.length, 'bot')} as applied.`);
  else shell.print(touched.map((one) => renderPlan(one, shell)).join('\n\n'));
  const same = plans.length - touched.length;
  if (touched.length > 0 && same > 0) shell.print(shell.ink.dim(`\n${count(same, 'bot')} without changes`));
}
