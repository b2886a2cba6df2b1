import { openBotsApart } from '../checks/bots-apart.ts';
import { type CheckedBots, checkBots, checkOperators, checkPackages, checkPlugins } from '../checks/deployment.ts';
import { tryEmbeddings } from '../checks/embedding-trial.ts';
import { checkEmbeddings } from '../checks/embeddings.ts';
import { checkEventAddresses } from '../checks/event-addresses.ts';
import type { Finding } from '../checks/finding.ts';
import { checkAssets, checkDataFolder, checkNativeIndex, checkNode, checkStore } from '../checks/machine.ts';
import { asksModel, localModels, tryModels } from '../checks/model-trial.ts';
import { checkPort } from '../checks/port.ts';
import { checkWebhooks } from '../checks/webhooks.ts';
import { type Deployment, openLoader, openObserve, readDeployment } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { count } from '../wording.ts';

export function addDoctor({ program, act }: Registry): void {
  program
    .command('doctor')
    .description(
      'check this machine and the deployment; asks each model for one word, and platforms for their webhooks',
    )
    .option('--json', 'print JSON')
    .action(act(doctor));
}

async function doctor(shell: Shell, options: { readonly json?: true }): Outcome {
  const deployment = await readDeployment(shell);
  const { log } = await openObserve(shell, deployment, 'quiet');
  const findings: Finding[] = [
    checkNode(process.versions.node),
    await checkNativeIndex(),
    checkAssets(),
    await checkPort(deployment, shell),
    await checkDataFolder(deployment, shell),
    await checkStore(deployment, shell, log),
    checkOperators(deployment),
  ];
  const { usable, findings: unusable } = await checkPackages(deployment, shell);
  const sound = { ...deployment, settings: { ...deployment.settings, plugins: usable } };
  const { loader, plugins } = await openLoader(sound, shell);
  const bots = await checkBots({ loader, plugins }, deployment, shell);
  findings.push(...unusable, ...(await checkPlugins(plugins)), ...bots.findings);
  findings.push(...(await checkEventAddresses(bots.telling, deployment, shell)));
  findings.push(...(await checkEmbeddings(loader, bots.tenantIds, sound, shell, log)));
  findings.push(...(await checkOpened(bots, sound, shell)));

  const failed = findings.filter((one) => one.level === 'fail').length;
  const warned = findings.filter((one) => one.level === 'warn').length;
  if (options.json) {
    shell.print(JSON.stringify({ formatVersion: 1, ok: failed === 0, findings }, undefined, 2));
  } else {
    for (const finding of findings) shell.print(render(finding, shell));
    const rest = [
      ...(failed > 0 ? [shell.ink.red(`${failed} to repair`)] : []),
      ...(warned > 0 ? [shell.ink.yellow(count(warned, 'warning'))] : []),
    ];
    shell.print(`\n${rest.length === 0 ? shell.ink.green('All is well.') : `${rest.join(', ')}.`}`);
  }
  return failed > 0 ? exitCodes.unavailable : exitCodes.ok;
}

/** What only shows when the plugins of the bots are opened. */
async function checkOpened(
  { reading, models, called }: CheckedBots,
  deployment: Deployment,
  shell: Shell,
): Promise<readonly Finding[]> {
  const asking = models.filter(asksModel);
  const known = localModels(models);
  if (reading.length === 0 && called.length === 0 && asking.length === 0) return known;
  await using bots = await openBotsApart(deployment, shell);
  const found = await Promise.all([
    tryModels(asking, bots, shell),
    tryEmbeddings(reading, bots, shell),
    checkWebhooks(called, bots, deployment, shell),
  ]);
  return [...known, ...found.flat()];
}

function render({ level, topic, fact, next }: Finding, { ink }: Shell): string {
  const sign = { ok: ink.green('ok  '), warn: ink.yellow('warn'), fail: ink.red('fail') }[level];
  return `${sign}  ${ink.bold(topic)}: ${fact}${next === undefined ? '' : `\n      ${ink.dim('→')} ${next}`}`;
}
