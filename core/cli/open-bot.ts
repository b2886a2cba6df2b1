import { PolyphonError } from '../contract/index.ts';
import type { Application } from '../kernel/application.ts';
import { chooseTenants } from './choose-tenants.ts';
import { type Deployment, openApplication, openDeployment, openObserve } from './deployment.ts';
import type { Shell } from './shell.ts';
import { showMissing } from './show-diagnostics.ts';
import { ShownErrors } from './shown-errors.ts';

export interface OpenBots extends AsyncDisposable {
  readonly application: Application;
  readonly deployment: Deployment;
  /** Those that are up. */
  readonly tenantIds: readonly string[];
  /** Those whose definition has errors; the errors are printed. */
  readonly failed: readonly string[];
}

/**
 * Brings up the named bots only (all unless named), without a port: for commands that work with the real engine. Opens
 * `deployment` where a command has changed it, as tests do.
 */
export async function openBots(
  named: readonly string[],
  shell: Shell,
  deploymentOf: (deployment: Deployment) => Deployment = (deployment) => deployment,
): Promise<OpenBots> {
  const { signal } = shell.terminal;
  const deployment = deploymentOf(await openDeployment(shell));
  const application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  try {
    const shown = new ShownErrors();
    const up: string[] = [];
    const failed: string[] = [];
    for (const tenantId of await chooseTenants(named, application.loader, shell)) {
      const report = await application.kernel.reload(tenantId, signal);
      await shown.show(tenantId, report.diagnostics, shell);
      if (deployment.documents !== undefined) await showMissing(report.diagnostics, shell);
      (report.revision === undefined ? failed : up).push(tenantId);
    }
    return {
      application,
      deployment,
      tenantIds: up,
      failed,
      [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
    };
  } catch (error) {
    await application[Symbol.asyncDispose]();
    throw error;
  }
}

/** As `openBots`, for one. @throws PolyphonError CLI9004 when its definition has errors. */
export async function openBot(
  named: string,
  shell: Shell,
  deploymentOf?: (deployment: Deployment) => Deployment,
): Promise<OpenBots & { readonly tenantId: string }> {
  const bots = await openBots([named], shell, deploymentOf);
  const [tenantId] = bots.tenantIds;
  if (tenantId === undefined) {
    await bots[Symbol.asyncDispose]();
    throw new PolyphonError(
      'CLI9004',
      `The definition of "${named}" has errors, shown above. Correct them and run the command again.`,
    );
  }
  return { ...bots, tenantId };
}
