import { PolyphonError } from '../../contract/index.ts';
import type { Application } from '../../kernel/application.ts';
import { chooseTenants } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { planRemoved, planTenant, planToJson, removedTenants, renderPlan, type TenantPlan } from '../plan.ts';
import type { Registry } from '../registry.ts';
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
  await show(plans, options, shell);
  const invalid = plans.filter(({ state }) => state === 'invalid').map(({ tenantId }) => tenantId);
  if (invalid.length > 0) {
    throw new PolyphonError(
      'CLI9004',
      `Nothing was applied, because of the errors above in: ${invalid.join(', ')}. Correct them, or name the bots to apply.`,
    );
  }
  let failures = 0;
  for (const { tenantId, state, to, loaded } of plans) {
    const { revisions } = application.store.forTenant(tenantId);
    if (state === 'removed') await application.store.write(() => revisions.recordRemoved());
    if (state === 'unchanged' || to === undefined || loaded === undefined) continue;
    const report = await application.kernel.ingest(tenantId, { mode: 'apply' }, signal);
    for (const failure of report.failures) {
      failures += 1;
      shell.say(`${shell.note.red('✗')} ${tenantId}: ${failure.source}: ${failure.document}  ${failure.message}`);
    }
    if (revisions.last()?.revision !== to) {
      await application.store.write(() => revisions.record({ revision: to, canonical: loaded.canonical }));
    }
  }
  const applied = plans.filter(({ state }) => state !== 'unchanged').length;
  if (applied > 0 && !options.json) {
    shell.print(
      `\n${shell.ink.green('✓')} ${count(applied, 'bot')} applied. A server that follows the files has it already; any other takes it on when it starts.`,
    );
  }
  return failures > 0 ? exitCodes.failure : exitCodes.ok;
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
