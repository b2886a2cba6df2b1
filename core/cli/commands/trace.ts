import { PolyphonError } from '../../contract/index.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import { renderTrace } from '../render-trace.ts';
import type { Outcome, Shell } from '../shell.ts';

export function addTrace({ program, act }: Registry): void {
  program
    .command('trace')
    .description('show how one turn went: waterfall, passages, usage')
    .argument('<turn>', 'id of the turn, as a reply or the log names it')
    .option('--json', 'print JSON')
    .action(act(trace));
}

async function trace(shell: Shell, turnId: string, options: { readonly json?: true }): Outcome {
  const { signal, stdout } = shell.terminal;
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  for (const tenantId of await application.loader.list(signal)) {
    const found = await application.conversations.trace(tenantId, turnId, signal);
    if (found === undefined) continue;
    shell.print(
      options.json
        ? JSON.stringify({ formatVersion: 1, tenant: tenantId, trace: found }, undefined, 2)
        : renderTrace(found, shell.ink, stdout.columns),
    );
    return exitCodes.ok;
  }
  throw new PolyphonError(
    'CLI9007',
    `No turn "${turnId}" is stored in ${deployment.dataDirectory}. \`polyphon conversations <tenant>\` lists what is.`,
  );
}
