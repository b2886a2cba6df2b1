import type { WebhookEntry } from '../../conversation/webhook-log/webhook-entry.ts';
import { readWebhookLog } from '../../conversation/webhook-log/webhook-log-reader.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { printJson } from '../print-json.ts';
import { parseCount, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { elapsed, moment, size } from '../wording.ts';

interface WebhookLogOptions {
  readonly limit: number;
  readonly follow?: true;
  readonly json?: true;
}

/** How often is looked for more. */
const followMs = 500;

export function addWebhookLog({ program, act }: Registry): void {
  program
    .command('webhook-log')
    .description('show the requests of platforms, redacted')
    .argument('<tenant>', 'the bot')
    .option('-n, --limit <number>', 'how many', parseCount, 50)
    .option('-f, --follow', 'go on with what comes')
    .option('--json', 'print JSON; with --follow one object a line')
    .action(act(webhookLog));
}

async function webhookLog(shell: Shell, named: string, { limit, follow, json }: WebhookLogOptions): Outcome {
  const { clock, signal } = shell.terminal;
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseTenant(named, application.loader, shell);
  const tenant = application.store.forTenant(tenantId);
  const entries = readWebhookLog(tenant, { limit }, clock.now()).toReversed();
  if (follow === undefined) {
    if (json) printJson(shell, tenantId, { entries });
    else if (entries.length === 0) shell.print(`No platform has asked anything of ${tenantId} in the last 7 days.`);
    else for (const entry of entries) shell.print(render(entry, shell));
    return exitCodes.ok;
  }
  const show = (entry: WebhookEntry): void => shell.print(json ? JSON.stringify(entry) : render(entry, shell));
  for (const entry of entries) show(entry);
  for (let last = entries.at(-1)?.id ?? 0; !signal.aborted; ) {
    await clock.sleep(followMs, signal).catch(() => {});
    for (const entry of readWebhookLog(tenant, { limit: 1000, after: last }, clock.now())) {
      show(entry);
      last = entry.id;
    }
  }
  return exitCodes.interrupted;
}

/** `2026-11-21 07:30:12.123  whatsapp  POST webhook  200 accepted  2 messages  1.2 ms  812 B`. */
function render(entry: WebhookEntry, { ink }: Shell): string {
  const paint = { accepted: ink.green, ignored: ink.dim, rejected: ink.yellow, failed: ink.red }[entry.taken];
  return [
    ink.dim(moment(entry.at, 'milliseconds')),
    entry.channel,
    `${entry.method} ${entry.route}`,
    paint(`${entry.status} ${entry.taken}`),
    entry.detail,
    ink.dim(`${elapsed(entry.durationMs)}, ${size(entry.bodyBytes)}`),
  ].join('  ');
}
