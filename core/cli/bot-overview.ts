import type { TenantSummary } from '../kernel/face.ts';
import { missingAssets } from './missing-assets.ts';
import type { Shell } from './shell.ts';
import { distinct, isMissing, showErrors, showMissing } from './show-diagnostics.ts';
import { showMissingVectors } from './show-missing-vectors.ts';
import { formatTable } from './table.ts';
import { count, oneLine, shortHash } from './wording.ts';

/** How many bots are listed one by one; an agency with a thousand reads the count and the problems. */
const listed = 20;

/** Whether the log has shown the documents that could not be read now; what an earlier start has logged it does not tell again. */
export type Logged = 'shown' | 'hidden';

export interface Overview {
  /** Of the server. */
  readonly url: string;
  readonly shell: Shell;
  readonly logged: Logged;
  /** Where the widget and the playground lie when they are built. */
  readonly assetsDirectory: string;
}

/** The table of bots, what to try, and the problems of their files. */
export async function showBots(
  tenants: readonly TenantSummary[],
  { url, shell, logged, assetsDirectory }: Overview,
): Promise<void> {
  const { ink } = shell;
  if (tenants.length === 0) {
    shell.print(`  There is no bot yet. \`polyphon new my-bot\` makes one; it is served as soon as it is saved.\n`);
    return;
  }
  const shown = tenants.slice(0, listed);
  const table = formatTable(
    [
      { title: 'bot' },
      { title: 'languages' },
      { title: 'model' },
      { title: 'channels' },
      { title: 'chunks', align: 'right' },
      { title: 'state' },
    ],
    shown.map((tenant) => [
      ink.bold(tenant.tenantId),
      tenant.languages.supported.join(' '),
      tenant.model,
      channelsOf(tenant, shell),
      String(tenant.chunks),
      stateOf(tenant, shell),
    ]),
    ink.dim,
  );
  shell.print(indent(table));
  if (tenants.length > listed) shell.print(ink.dim(`  … and ${tenants.length - listed} more`));
  shell.print('');
  if (missingAssets(assetsDirectory).length === 0) showTries(shown, url, shell);
  else sayUnbuilt(shown, shell);
  const diagnostics = distinct(tenants.flatMap((tenant) => tenant.diagnostics));
  const errors = diagnostics.filter((one) => one.severity === 'error');
  if (errors.length > 0) {
    await showErrors(errors, shell);
    shell.say('');
  }
  if (diagnostics.some(isMissing)) {
    await showMissing(diagnostics, shell);
    shell.say('');
  }
  showUnread(tenants, logged, shell);
  showMissingVectors(tenants, shell);
  const warnings = diagnostics.filter((one) => one.severity === 'warning' && !isMissing(one)).length;
  if (warnings > 0) shell.print(ink.dim(`  ${count(warnings, 'warning')}: \`polyphon validate\` shows them.`));
  const failed = tenants.filter((tenant) => tenant.state === 'failed').length;
  if (failed > 0)
    shell.say(
      `${shell.note.red(`${count(failed, 'bot')} not serving`)}; the others are. Save a correction and it comes up by itself.\n`,
    );
}

/** How many documents that could not be read are named. */
const namedUnread = 5;

/** Why a bot knows less than lies in its folder. */
function showUnread(tenants: readonly TenantSummary[], logged: Logged, { say, note }: Shell): void {
  for (const { tenantId, unread = [] } of tenants) {
    if (unread.length === 0) continue;
    const untold = unread.filter(({ since }) => logged === 'hidden' || since === 'before');
    const above = unread.length - untold.length;
    const where = above === 0 ? '' : `; why ${above === unread.length ? '' : `${above} could not `}stands above`;
    say(`${note.yellow('!')} ${note.bold(tenantId)}: ${count(unread.length, 'document')} could not be read${where}`);
    for (const { source, document, code, message } of untold.slice(0, namedUnread))
      say(`    ${source}: ${document}  ${note.yellow(code)}  ${message}`);
    if (untold.length > namedUnread)
      say(`    and ${untold.length - namedUnread} more: \`polyphon ingest ${tenantId}\``);
    say('');
  }
}

/** Addresses of pages that are not there would only lead astray. */
function sayUnbuilt([first]: readonly TenantSummary[], { say, note }: Shell): void {
  say(
    `${note.yellow('!')} No playground and no widget: they are not built. \`npm run build\` in Polyphon's folder makes them; \`polyphon chat ${first?.tenantId}\` talks without.\n`,
  );
}

/** Where to talk to each bot, and a question it can answer. */
function showTries(tenants: readonly TenantSummary[], url: string, { ink, terminal, print }: Shell): void {
  const serving = tenants.filter(
    (tenant) => tenant.state === 'serving' && tenant.channels.some((one) => one.enabled && one.use === 'web-chat'),
  );
  if (serving.length === 0) return;
  print(`  ${ink.bold('Open one and ask')}`);
  const wide = Math.max(...serving.map((tenant) => `${url}/play/${tenant.tenantId}`.length));
  for (const tenant of serving) {
    const address = `${url}/play/${tenant.tenantId}`;
    const question = tenant.suggestions[0];
    const room = terminal.stdout.columns - wide - 8;
    const ask =
      question === undefined ? '' : `  ${' '.repeat(wide - address.length)}${oneLine(question, Math.max(20, room))}`;
    print(`  ${ink.cyan(address)}${ask}`);
  }
  print('');
}

function channelsOf(tenant: TenantSummary, { ink }: Shell): string {
  const on = tenant.channels.filter((one) => one.enabled).map((one) => one.key);
  const off = tenant.channels.filter((one) => !one.enabled).map((one) => one.key);
  return [...some(on), ...(off.length > 0 ? [ink.dim(`(off: ${some(off).join(' ')})`)] : [])].join(' ');
}

/** How many channels of a bot are named: a line of the table stays a line. */
const namedChannels = 6;

function some(keys: readonly string[]): readonly string[] {
  if (keys.length <= namedChannels) return keys;
  return [...keys.slice(0, namedChannels - 1), `+${keys.length - namedChannels + 1}`];
}

function stateOf(tenant: TenantSummary, { ink }: Shell): string {
  if (tenant.state === 'failed') return ink.red('not serving');
  const hash = ink.dim(shortHash(tenant.revision));
  const errors = tenant.diagnostics.filter((one) => one.severity === 'error').length;
  return errors > 0 ? `${ink.yellow(`serving an older revision`)} ${hash}` : `${ink.green('serving')} ${hash}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
