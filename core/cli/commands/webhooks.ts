import { Argument, InvalidArgumentError } from 'commander';
import { PolyphonError, type WebhookRegistration, type WebhookState } from '../../contract/index.ts';
import { channelAddress } from '../../kernel/channel-address.ts';
import type { ChannelLease } from '../../kernel/face.ts';
import { isInnerHost } from '../../network/address-guard.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-code.ts';
import { type openBot as OpenBot, openBot } from '../open-bot.ts';
import type { Registry } from '../registry.ts';
import { writeError } from '../report-error.ts';
import type { Outcome, Shell } from '../shell.ts';
import { count, moment } from '../wording.ts';

type Action = 'info' | 'set' | 'delete';
type Bot = Awaited<ReturnType<typeof OpenBot>>;

interface WebhooksOptions {
  readonly url?: string;
  readonly channel?: string;
  readonly json?: true;
}

export function addWebhooks({ program, act }: Registry): void {
  program
    .command('webhooks')
    .description('register channels with their platforms')
    .argument('<tenant>', 'the bot')
    .addArgument(new Argument('[action]', 'what to do').choices(['info', 'set', 'delete']).default('info'))
    .option('--url <https://…>', 'public address of this deployment (server.publicOrigin)', parseOrigin)
    .option('--channel <key>', 'this channel only')
    .option('--json', 'print JSON')
    .action(act(webhooks));
}

async function webhooks(shell: Shell, named: string, action: Action, options: WebhooksOptions): Outcome {
  await using bot = await openBot(named, shell);
  using held = new DisposableStack();
  const found = await registrations(bot, options.channel, shell, (lease) => held.use(lease));
  const origin = options.url ?? bot.deployment.settings.server.publicOrigin;
  if (action === 'set' && origin === undefined) {
    throw new PolyphonError(
      'CLI9001',
      'Which address? Give it with --url https://…, or set server.publicOrigin in config/polyphon.yaml.',
    );
  }
  if (action === 'set' && origin !== undefined && isInnerHost(new URL(origin).hostname)) {
    shell.say(
      `${new URL(origin).host} is not on the public internet: no platform can call it there, but a server of its that runs in your network. A tunnel gives this machine a public address.`,
    );
  }
  const channels: ({ readonly channel: string } & (WebhookState | { readonly error: Refusal }))[] = [];
  const failures: ExitCode[] = [];
  for (const { key, opened } of found) {
    try {
      if (opened instanceof PolyphonError) throw opened;
      const state = await carryOut(action, opened, channelAddress(origin ?? '', bot.tenantId, key), shell);
      channels.push({ channel: key, ...state });
      if (options.json === undefined) shell.print(render(key, state, shell));
    } catch (error) {
      // One platform that refuses says nothing of the others; what is not a refusal ends the command.
      if (!(error instanceof PolyphonError)) throw error;
      failures.push(failureOf(error));
      channels.push({ channel: key, error: { code: error.code, message: error.message } });
      writeError(shell, error.code, `${key}: ${error.message}`);
    }
  }
  if (options.json) {
    shell.print(JSON.stringify({ formatVersion: 1, tenant: bot.tenantId, action, channels }, undefined, 2));
  }
  return failures.find((code) => code !== exitCodes.unavailable) ?? failures[0] ?? exitCodes.ok;
}

/** What asking later may change is no refusal: a script that registers bots may try it again. */
function failureOf(error: PolyphonError): ExitCode {
  return error.retryAfterMs === undefined && exitCodeOf(error) !== exitCodes.unavailable
    ? exitCodes.failure
    : exitCodes.unavailable;
}

interface Opened {
  readonly key: string;
  /** Or why the channel does not open. */
  readonly opened: WebhookRegistration | PolyphonError;
}
interface Refusal {
  readonly code: string;
  readonly message: string;
}

function carryOut(action: Action, registration: WebhookRegistration, url: string, shell: Shell): Promise<WebhookState> {
  const { signal } = shell.terminal;
  switch (action) {
    case 'info':
      return registration.info(signal);
    case 'set':
      return registration.set(url, signal);
    case 'delete':
      return registration.delete(signal);
    default:
      return action satisfies never;
  }
}

/** @throws PolyphonError CLI9009. */
async function registrations(
  bot: Bot,
  only: string | undefined,
  shell: Shell,
  hold: (lease: ChannelLease) => void,
): Promise<readonly Opened[]> {
  const { kernel } = bot.application;
  const enabled = kernel.tenant(bot.tenantId).channels.filter(({ enabled: isOn }) => isOn);
  const found: Opened[] = [];
  for (const { key } of enabled.filter((channel) => only === undefined || channel.key === only)) {
    try {
      const lease = await kernel.channel(bot.tenantId, key, shell.terminal.signal);
      hold(lease);
      if (lease.channel.registration !== undefined) found.push({ key, opened: lease.channel.registration });
    } catch (error) {
      if (!(error instanceof PolyphonError)) throw error;
      found.push({ key, opened: error });
    }
  }
  if (found.length > 0) return found;
  const which = only === undefined ? 'No enabled channel' : `No enabled channel "${only}"`;
  const known = enabled.map(({ key, use }) => `${key} (${use})`).join(', ');
  throw new PolyphonError(
    'CLI9009',
    `${which} of ${bot.tenantId} registers an address with its platform. Enabled: ${known || 'none'}.`,
  );
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new InvalidArgumentError('It must be an address as in https://bots.example.org.');
  }
  return url.href;
}

function render(key: string, state: WebhookState, { ink }: Shell): string {
  const lines = [
    `${ink.bold(key)}  ${state.url === undefined ? ink.yellow(state.asked === undefined ? 'no webhook is set' : 'the platform does not tell') : ink.green(state.url)}`,
    ...(state.pending === undefined ? [] : [`${count(state.pending, 'update')} waiting at the platform`]),
    ...(state.lastError === undefined
      ? []
      : [ink.yellow(`last error ${moment(state.lastError.at)}: ${state.lastError.message}`)]),
    ...[...(state.problems ?? []), ...(state.outgoingProblems ?? [])].map((problem) => ink.yellow(problem)),
    ...state.notes,
  ];
  return lines.join('\n  ');
}
