import { Argument } from 'commander';
import { PolyphonError } from '../../contract/index.ts';
import {
  dismissEvent,
  listUndelivered,
  retryEvent,
  type UndeliveredEvent,
} from '../../conversation/events/undelivered-events.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { printJson } from '../print-json.ts';
import { parseCount, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { formatTable } from '../table.ts';
import { count, moment } from '../wording.ts';

interface EventsOptions {
  readonly all?: true;
  readonly limit: number;
  readonly json?: true;
}

export function addEvents({ program, act }: Registry): void {
  program
    .command('events')
    .description('list webhooks and letters that did not arrive; retry, or dismiss')
    .argument('<tenant>', 'the bot')
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'retry', 'dismiss']).default('list'))
    .argument('[id...]', 'which to send again or to forget')
    .option('--all', 'all of them; dismiss takes only those given up')
    .option('-n, --limit <number>', 'how many to list', parseCount, 100)
    .option('--json', 'print JSON')
    .action(act(events));
}

/** More than are kept. */
const most = 1_000_000;

async function events(
  shell: Shell,
  named: string,
  action: 'list' | 'retry' | 'dismiss',
  ids: readonly string[],
  { all, limit, json }: EventsOptions,
): Outcome {
  if (action !== 'list' && ids.length === 0 && all === undefined) {
    throw new PolyphonError('CLI9001', 'Which events? Name their ids, or all of them with --all.');
  }
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const { store } = application;
  const tenantId = await chooseTenant(named, application.loader, shell);

  if (action === 'list') {
    const list = listUndelivered(store, tenantId, limit);
    if (json) printJson(shell, tenantId, { events: list });
    else shell.print(list.length === 0 ? nothing(tenantId) : table(list, shell));
    return exitCodes.ok;
  }
  const every = listUndelivered(store, tenantId, most).filter(
    ({ state }) => action === 'retry' || state === 'given-up',
  );
  // The oldest first, so that they arrive in the order in which they happened.
  const wanted = all ? every.toReversed().map(({ id }) => id) : ids;
  const settled: UndeliveredEvent[] = [];
  for (const id of wanted) settled.push(await (action === 'retry' ? retryEvent : dismissEvent)(store, tenantId, id));
  if (json) printJson(shell, tenantId, action === 'retry' ? { retried: settled } : { dismissed: settled });
  else if (settled.length === 0)
    shell.print(action === 'retry' ? nothing(tenantId) : `${tenantId} has given up no event.`);
  else shell.print(`${count(settled.length, 'event')} of ${tenantId} ${done(action, settled.length)}`);
  if (action === 'retry' && settled.length > 0) {
    shell.say('The running process sends within ten seconds; without one, the next start does.');
  }
  return exitCodes.ok;
}

function nothing(tenantId: string): string {
  return `${tenantId} has no undelivered events.`;
}

function done(action: 'retry' | 'dismiss', number: number): string {
  if (action === 'dismiss') return `${number === 1 ? 'is' : 'are'} forgotten.`;
  return `${number === 1 ? 'waits' : 'wait'} to be sent again.`;
}

function table(list: readonly UndeliveredEvent[], { ink }: Shell): string {
  const rows = list.map(({ id, createdAt, to, type, state, reason, attempts, behind, nextTryAt }) => [
    id,
    ink.dim(moment(createdAt)),
    to,
    type,
    behind > 0 ? `${state}, ${behind} behind it` : state,
    ink.yellow(reason),
    String(attempts),
    nextTryAt === undefined ? '-' : ink.dim(moment(nextTryAt)),
  ]);
  const titles = ['id', 'created', 'to', 'event', 'state', 'reason', 'attempts', 'next try'];
  return formatTable(
    titles.map((title) => (title === 'attempts' ? { title, align: 'right' as const } : { title })),
    rows,
    ink.dim,
  );
}
