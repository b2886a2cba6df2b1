import type { UnansweredGroup } from '../../knowledge/unanswered-questions.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { printJson } from '../print-json.ts';
import { parseCount, parseDays, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { count, moment, oneLine } from '../wording.ts';

interface UnansweredOptions {
  readonly days: number;
  readonly limit: number;
  readonly json?: true;
}

export function addUnanswered({ program, act }: Registry): void {
  program
    .command('unanswered')
    .description('list what a bot was asked and did not know, most asked first')
    .argument('<tenant>', 'the bot')
    .option('--days <number>', 'how far back', parseDays, 30)
    .option('-n, --limit <number>', 'how many', parseCount, 20)
    .option('--json', 'print JSON')
    .action(act(unanswered));
}

async function unanswered(shell: Shell, named: string, options: UnansweredOptions): Outcome {
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseTenant(named, application.loader, shell);
  const { days } = options;
  const groups = await application.knowledge.unanswered(tenantId, { days }, shell.terminal.signal);
  const shown = groups.slice(0, options.limit);
  if (options.json) {
    printJson(shell, tenantId, { days, questions: shown });
  } else if (shown.length === 0) {
    shell.print(`${tenantId} had an answer to everything in the last ${count(days, 'day')}, or nobody has asked.`);
  } else {
    shell.print(shown.map((group) => render(group, shell)).join('\n'));
    const left = groups.length - shown.length;
    if (left > 0) shell.print(shell.ink.dim(`and ${left} more; --limit shows them`));
  }
  return exitCodes.ok;
}

function render({ count: times, question, lastAskedAt, alike, turns }: UnansweredGroup, shell: Shell): string {
  const { ink, terminal } = shell;
  const width = terminal.stdout.columns - 8;
  return [
    `${String(times).padStart(4)} × ${ink.bold(oneLine(question, width))}`,
    ...alike.map((other) => `       ${oneLine(other, width)}`),
    `       ${ink.dim(`${moment(lastAskedAt)}  ${turns[0] ?? ''}`)}`,
  ].join('\n');
}
