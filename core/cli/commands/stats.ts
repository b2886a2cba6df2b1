import { type ChannelStatistics, channelStatistics } from '../../conversation/channel-statistics.ts';
import { localDay, startOfDay } from '../../conversation/local-time.ts';
import { type ModelStatistics, modelStatistics } from '../../conversation/model-statistics.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { printJson } from '../print-json.ts';
import { parseDays, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { formatTable } from '../table.ts';
import { count, elapsed, money } from '../wording.ts';

interface StatsOptions {
  readonly days: number;
  readonly json?: true;
}

const dayMs = 86_400_000;

export function addStats({ program, act }: Registry): void {
  program
    .command('stats')
    .description('count what went on in a bot, by channel')
    .argument('<tenant>', 'the bot')
    .option('--days <number>', 'how far back, in whole days of the bot’s time zone', parseDays, 30)
    .option('--json', 'print JSON')
    .action(act(stats));
}

async function stats(shell: Shell, named: string, { days, json }: StatsOptions): Outcome {
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseTenant(named, application.loader, shell);
  const { bot } = await application.loader.load(tenantId, shell.terminal.signal);
  // What the models took is kept by the day of the bot's time zone. A bot that is broken has stored no less.
  const timezone = bot?.timezone ?? 'UTC';
  const since = startOfDay(shell.terminal.clock.now() - days * dayMs, timezone);
  const tenant = application.store.forTenant(tenantId);
  const channels = channelStatistics(tenant.statistics, since);
  const models = modelStatistics(tenant.usage.since(localDay(since, timezone).date));
  if (json) {
    const from = new Date(since).toISOString();
    printJson(shell, tenantId, { days, since: from, channels, models });
  } else if (channels.length === 0) {
    shell.print(`Nobody has written to ${tenantId} in the last ${count(days, 'day')}.`);
  } else {
    shell.print(table(channels, shell));
    if (models.length > 0) shell.print(`\n${modelTable(models, shell)}`);
  }
  return exitCodes.ok;
}

const columns = [
  { title: 'channel' },
  ...['received', 'sent', 'turns', 'misses', 'failed', 'hand-offs', 'median', 'p95', 'undelivered'].map((title) => ({
    title,
    align: 'right' as const,
  })),
];

function table(channels: readonly ChannelStatistics[], { ink }: Shell): string {
  const rows = channels.map(({ channel, messages, turns, handoffs, responseMs, deliveries }) => {
    const undelivered = deliveries.dead + deliveries.uncertain;
    return [
      channel,
      String(messages.received),
      String(messages.sent),
      String(turns.answered + turns.unknown + turns.failed + turns.silent),
      String(turns.unknown),
      turns.failed > 0 ? ink.yellow(String(turns.failed)) : '0',
      String(handoffs),
      responseMs === undefined ? '-' : elapsed(responseMs.median),
      responseMs === undefined ? '-' : elapsed(responseMs.p95),
      undelivered > 0 ? ink.yellow(String(undelivered)) : '0',
    ];
  });
  return formatTable(columns, rows, ink.dim);
}

const modelColumns = [
  { title: 'model' },
  ...['turns', 'tokens in', 'tokens out', 'cost'].map((title) => ({ title, align: 'right' as const })),
];

function modelTable(models: readonly ModelStatistics[], { ink }: Shell): string {
  const rows = models.map(({ model, turns, inputTokens, outputTokens, cost }) => [
    model,
    String(turns),
    String(inputTokens),
    String(outputTokens),
    cost.length === 0 ? '-' : cost.map(money).join(' + '),
  ]);
  return formatTable(modelColumns, rows, ink.dim);
}
