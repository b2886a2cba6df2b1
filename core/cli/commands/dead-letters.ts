import { Argument, Option } from 'commander';
import { PolyphonError } from '../../contract/index.ts';
import { type DeadLetter, dismissDeadLetter, reviveDeadLetter } from '../../conversation/outbox/dead-letters.ts';
import type { Application } from '../../kernel/application.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { commandName } from '../command-name.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { knownOnly } from '../known-only.ts';
import { printJson } from '../print-json.ts';
import { parseCount, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { formatTable } from '../table.ts';
import { count, moment, oneLine } from '../wording.ts';

type Action = 'list' | 'retry' | 'dismiss';

interface DeadLettersOptions {
  readonly all?: true;
  readonly state?: DeadLetter['state'];
  readonly limit: number;
  readonly json?: true;
}

export function addDeadLetters({ program, act }: Registry): void {
  program
    .command('dead-letters')
    .description('list what was given up or is uncertain; retry, or dismiss')
    .argument('<tenant>', 'the bot')
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'retry', 'dismiss']).default('list'))
    .argument('[id...]', 'which to send again or to let rest')
    .option('--all', 'all of them; retry takes uncertain ones only with --state uncertain, as they may come twice')
    .addOption(
      new Option('--state <state>', 'only those given up (dead), or those that may have arrived').choices(states),
    )
    .option('-n, --limit <number>', 'how many to list', parseCount, 100)
    .option('--json', 'print JSON')
    .action(act(deadLetters));
}

const states = ['dead', 'uncertain'] as const satisfies readonly DeadLetter['state'][];

/** More than anybody has; `--all` means all. */
const most = 100_000;

async function deadLetters(
  shell: Shell,
  named: string,
  action: Action,
  ids: readonly string[],
  options: DeadLettersOptions,
): Outcome {
  const { signal } = shell.terminal;
  if (action !== 'list' && ids.length === 0 && options.all === undefined) {
    throw new PolyphonError('CLI9001', 'Which letters? Name their ids, or all of them with --all.');
  }
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseTenant(named, application.loader, shell);
  const engine = application.conversations;
  const list = async (limit: number, state?: DeadLetter['state']) =>
    await engine.deadLetters(tenantId, { limit, state }, signal);

  if (action === 'list') {
    const letters = await list(options.limit, options.state);
    if (options.json) printJson(shell, tenantId, { deadLetters: letters });
    else show(shell, tenantId, letters, options.state ?? 'dead');
    return exitCodes.ok;
  }

  // Sent again unasked, what has arrived would come twice.
  const state = options.state ?? (action === 'retry' ? 'dead' : undefined);
  // The oldest first, so that a conversation gets them in the order in which they were said.
  const wanted = options.all ? (await list(most, state)).toReversed().map(({ id }) => id) : ids;
  const { settled, refused } = await settleAll(application, tenantId, wanted, action);
  const left = options.all ? await list(most) : [];
  if (options.json) {
    const why = refused.map((id) => ({ id, code: 'CNV5015', reason: 'opted-out' }));
    printJson(shell, tenantId, action === 'retry' ? { retried: settled, refused: why } : { dismissed: settled });
  } else if (settled.length > 0) shell.print(done(action, settled.length, tenantId));
  else if (refused.length === 0) shell.print(`${tenantId} has no ${state ?? 'dead'} letters.`);
  if (action === 'retry') tellOfRetries(shell, settled, left.filter(isUncertain).length);
  tellOfRefused(shell, refused, tenantId);
  // Who asks for all of them asks for what can be sent; who names one wants that one.
  return refused.length > 0 && options.all === undefined ? exitCodes.failure : exitCodes.ok;
}

/** One to somebody who has opted out keeps no other from being sent. */
async function settleAll(
  application: Application,
  tenantId: string,
  wanted: readonly string[],
  action: 'retry' | 'dismiss',
): Promise<{ readonly settled: readonly DeadLetter[]; readonly refused: readonly string[] }> {
  // Only put back: this process serves nobody, and two that send would double what one of them sends.
  const settle = action === 'retry' ? reviveDeadLetter : dismissDeadLetter;
  const settled: DeadLetter[] = [];
  const refused: string[] = [];
  for (const id of wanted) {
    const unknown = `${tenantId} has no dead letter "${id}". \`polyphon dead-letters ${tenantId}\` lists them.`;
    try {
      settled.push(await knownOnly(settle(application, tenantId, id), 'CNV5009', unknown));
    } catch (error) {
      if (!(error instanceof PolyphonError && error.code === 'CNV5015')) throw error;
      refused.push(id);
    }
  }
  return { settled, refused };
}

/** As many ids as are read. */
const mostNamed = 10;

function tellOfRefused({ say, terminal }: Shell, refused: readonly string[], tenantId: string): void {
  if (refused.length === 0) return;
  const rest = refused.length - mostNamed;
  const ids = `${refused.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const [goes, they] = refused.length === 1 ? ['is', 'that person has'] : ['are', 'those people have'];
  say(
    `${count(refused.length, 'message')} ${goes} not sent, as ${they} opted out (STOP): ${ids}. ` +
      `\`${commandName(terminal)} dead-letters ${tenantId} dismiss <id>\` lets it rest; after START, retry sends it.`,
  );
}

const untilStart = 'unless the person has written START since';

/** A platform puts its code in front. */
function isOptedOut({ reason }: DeadLetter): boolean {
  return /(?:^|\s)opted-out$/.test(reason);
}

function show(shell: Shell, tenantId: string, letters: readonly DeadLetter[], state: DeadLetter['state']): void {
  shell.print(letters.length === 0 ? `${tenantId} has no ${state} letters.` : table(letters, shell));
  if (letters.some((letter) => !isUncertain(letter))) {
    const command = `${commandName(shell.terminal)} dead-letters ${tenantId}`;
    shell.say(`What is dead has not arrived: \`${command} retry <id>\` sends it again, \`dismiss <id>\` lets it rest.`);
  }
  if (letters.some(isOptedOut)) shell.say(`What is opted-out goes to nobody ${untilStart}: dismiss it.`);
  if (letters.some(isUncertain)) {
    shell.say('What is uncertain may have arrived: sent again it may come twice. Retry or dismiss it by its id.');
  }
}

function tellOfRetries(shell: Shell, retried: readonly DeadLetter[], uncertainLeft: number): void {
  const doubtful = retried.filter(isUncertain).length;
  if (doubtful > 0) shell.say(`${count(doubtful, 'message')} of them may have arrived before, and may come twice.`);
  if (retried.length > 0)
    shell.say('The running process takes them up within ten seconds; without one, the next start does.');
  // Where nothing of STOP is known here, as the platform alone keeps it, only another try can tell.
  const toldOut = retried.filter(isOptedOut).length;
  if (toldOut > 0) shell.say(`${count(toldOut, 'message')} of them will be given up again ${untilStart}.`);
  if (uncertainLeft > 0) {
    shell.say(`${count(uncertainLeft, 'uncertain message')} left: --state uncertain sends those too.`);
  }
}

function done(action: 'retry' | 'dismiss', number: number, tenantId: string): string {
  const messages = `${count(number, 'message')} of ${tenantId}`;
  if (action === 'dismiss') return `${messages} ${number === 1 ? 'is' : 'are'} left to rest.`;
  return `${messages} ${number === 1 ? 'waits' : 'wait'} to be sent again.`;
}

function isUncertain({ state }: DeadLetter): boolean {
  return state === 'uncertain';
}

function table(letters: readonly DeadLetter[], { ink, terminal }: Shell): string {
  const rows = letters.map((letter) => [
    letter.id,
    ink.dim(moment(letter.createdAt)),
    letter.channel,
    letter.state,
    ink.yellow(letter.reason),
    String(letter.attempts),
    oneLine(letter.text, Math.max(20, terminal.stdout.columns - 100)),
  ]);
  return formatTable(
    [
      { title: 'id' },
      { title: 'created' },
      { title: 'channel' },
      { title: 'state' },
      { title: 'reason' },
      { title: 'attempts', align: 'right' },
      { title: 'text' },
    ],
    rows,
    ink.dim,
  );
}
