import { Argument } from 'commander';
import { PolyphonError } from '../../contract/index.ts';
import { type DeadLetter, reviveDeadLetter } from '../../conversation/outbox/dead-letters.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { parseCount, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { formatTable } from '../table.ts';
import { count, moment, oneLine } from '../wording.ts';

interface DeadLettersOptions {
  readonly all?: true;
  readonly limit: number;
  readonly json?: true;
}

export function addDeadLetters({ program, act }: Registry): void {
  program
    .command('dead-letters')
    .description('list what was given up, or try again')
    .argument('<tenant>', 'the bot')
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'retry']).default('list'))
    .argument('[id...]', 'which to try again')
    .option('--all', 'try all of them again')
    .option('-n, --limit <number>', 'how many to list', parseCount, 100)
    .option('--json', 'print JSON')
    .action(act(deadLetters));
}

/** More than anybody has; `--all` means all. */
const most = 100_000;

async function deadLetters(
  shell: Shell,
  named: string,
  action: 'list' | 'retry',
  ids: readonly string[],
  options: DeadLettersOptions,
): Outcome {
  const { signal } = shell.terminal;
  if (action === 'retry' && ids.length === 0 && options.all === undefined) {
    throw new PolyphonError('CLI9001', 'Which letters? Name their ids, or all of them with --all.');
  }
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseTenant(named, application.loader, shell);
  const engine = application.conversations;
  if (action === 'list') {
    const letters = await engine.deadLetters(tenantId, { limit: options.limit }, signal);
    if (options.json)
      shell.print(JSON.stringify({ formatVersion: 1, tenant: tenantId, deadLetters: letters }, undefined, 2));
    else shell.print(letters.length === 0 ? `${tenantId} has no dead letters.` : table(letters, shell));
    return exitCodes.ok;
  }
  const wanted = options.all ? (await engine.deadLetters(tenantId, { limit: most }, signal)).map(({ id }) => id) : ids;
  // Only put back: this process serves nobody, and two that send would double what one of them sends.
  const retried: DeadLetter[] = [];
  // The oldest first, so that a conversation gets them in the order in which they were said.
  for (const id of options.all ? wanted.toReversed() : wanted)
    retried.push(await reviveDeadLetter(application, tenantId, id));
  if (options.json) shell.print(JSON.stringify({ formatVersion: 1, tenant: tenantId, retried }, undefined, 2));
  else if (retried.length === 0) shell.print(`${tenantId} has no dead letters.`);
  else
    shell.print(
      `${count(retried.length, 'message')} of ${tenantId} ${retried.length === 1 ? 'waits' : 'wait'} to be sent again.`,
    );
  if (retried.length > 0)
    shell.say('The running process takes them up within ten seconds; without one, the next start does.');
  return exitCodes.ok;
}

function table(letters: readonly DeadLetter[], { ink, terminal }: Shell): string {
  const rows = letters.map((letter) => [
    letter.id,
    ink.dim(moment(letter.createdAt)),
    letter.channel,
    ink.yellow(letter.reason),
    String(letter.attempts),
    oneLine(letter.text, Math.max(20, terminal.stdout.columns - 90)),
  ]);
  return formatTable(
    [
      { title: 'id' },
      { title: 'created' },
      { title: 'channel' },
      { title: 'reason' },
      { title: 'attempts', align: 'right' },
      { title: 'text' },
    ],
    rows,
    ink.dim,
  );
}
