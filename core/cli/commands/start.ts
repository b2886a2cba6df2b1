import { openCodeCache } from '../code-cache.ts';
import { lockData, openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { product } from '../product.ts';
import type { Registry } from '../registry.ts';
import { reportReload } from '../report-reload.ts';
import { listen, untilStopped } from '../serve.ts';
import { SharedAccounts } from '../shared-accounts.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showAll } from '../show-diagnostics.ts';
import { ShownErrors } from '../shown-errors.ts';

export function addStart({ program, act }: Registry): void {
  program
    .command('start')
    .description('serve all bots for production')
    .option('--watch', 'take on changed files without a restart')
    .action(act(start));
}

async function start(shell: Shell, options: { readonly watch?: true }): Outcome {
  const { signal, stderr } = shell.terminal;
  const deployment = await openDeployment(shell);
  const code = openCodeCache(deployment.dataDirectory);
  const observe = await openObserve(shell, deployment, 'serving');
  using _lock = await lockData(deployment);
  await using application = await openApplication(deployment, shell, observe);
  const log = observe.log;
  const report = await application.kernel.start(signal);
  const { server, url, port } = await listen('start', deployment, application, observe, shell);
  await using _ = server;

  log.info('polyphon is ready', {
    version: product().version,
    url,
    port,
    serving: report.serving,
    failed: report.failed,
    elapsedMs: Math.round(report.elapsedMs),
  });
  code.keep();
  const shown = new ShownErrors();
  for (const tenant of application.kernel.tenants()) {
    const errors = tenant.diagnostics.filter((one) => one.severity === 'error');
    if (errors.length > 0)
      log.error('a tenant has errors in its definition', {
        tenant: tenant.tenantId,
        state: tenant.state,
        diagnostics: errors,
      });
    if (stderr.isTty) await shown.show(tenant.tenantId, tenant.diagnostics, shell);
  }
  const accounts = new SharedAccounts();
  const tellShared = async (): Promise<void> => {
    const found = await accounts.look(application.kernel);
    if (stderr.isTty) return await showAll(found, shell);
    for (const { tenantId, ...diagnostic } of found)
      log.warn('a channel has the same account of a platform as another one', { tenant: tenantId, diagnostic });
  };
  await tellShared();
  if (options.watch) {
    void application.kernel
      .watch((change) => {
        server.announceReload(change);
        if (stderr.isTty) return void reportReload(change, application.kernel, shown, shell).then(tellShared);
        log.info('a tenant was reloaded', { ...change });
        void tellShared();
      }, signal)
      .catch((error: unknown) => signal.aborted || log.error('the files are not followed any more', { error }));
  }
  await untilStopped(signal);
  log.info('polyphon is stopping', { reason: 'signal' });
  return exitCodes.ok;
}
