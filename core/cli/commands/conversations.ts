import type { Attachment } from '../../contract/index.ts';
import type { ConversationView, OperatorMessage } from '../../conversation/engine.ts';
import { chooseStoredTenant } from '../choose-tenants.ts';
import { openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { knownOnly } from '../known-only.ts';
import { printJson } from '../print-json.ts';
import { parseCount, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { formatTable } from '../table.ts';
import { citationLines } from '../talk.ts';
import { moment } from '../wording.ts';

interface ConversationsOptions {
  readonly limit: number;
  readonly json?: true;
}

export function addConversations({ program, act }: Registry): void {
  program
    .command('conversations')
    .description('list conversations of a bot, or one with its messages')
    .argument('<tenant>', 'the bot')
    .argument('[conversation]', 'id of one conversation')
    .option('-n, --limit <number>', 'how many', parseCount, 20)
    .option('--json', 'print JSON')
    .action(act(conversations));
}

async function conversations(
  shell: Shell,
  named: string,
  conversationId: string | undefined,
  options: ConversationsOptions,
): Outcome {
  const { signal } = shell.terminal;
  const deployment = await openDeployment(shell);
  await using application = await openApplication(deployment, shell, await openObserve(shell, deployment, 'quiet'));
  const tenantId = await chooseStoredTenant(named, application, shell);
  const engine = application.conversations;
  if (conversationId === undefined) {
    const list = await engine.list(tenantId, { limit: options.limit }, signal);
    if (options.json) printJson(shell, tenantId, { conversations: list });
    else shell.print(list.length === 0 ? `Nobody has written to ${tenantId} yet.` : table(list, shell));
  } else {
    const stored = application.store.forTenant(tenantId).messages;
    const found = await knownOnly(
      engine.messages(tenantId, conversationId, { limit: options.limit }, signal),
      'CNV5001',
      `${tenantId} has no conversation "${conversationId}". \`polyphon conversations ${tenantId}\` lists them.`,
    );
    const messages = found.map((message) => ({ ...message, turn: stored.byId(message.id)?.turnId ?? null }));
    if (options.json) printJson(shell, tenantId, { conversation: conversationId, messages });
    else shell.print(messages.map((message) => render(message, message.turn, shell)).join('\n'));
  }
  return exitCodes.ok;
}

function table(list: readonly ConversationView[], { ink }: Shell): string {
  const rows = list.map((one) => [
    one.id,
    one.channel,
    one.contact.name ?? one.contact.phone ?? one.contact.email ?? one.contact.id,
    one.language ?? '',
    one.sessionState,
    one.handoff === undefined ? one.owner : ink.yellow(`${one.owner}, asks for a human (${one.handoff})`),
    ink.dim(moment(one.lastActiveAt)),
  ]);
  return formatTable(
    ['conversation', 'channel', 'contact', 'language', 'session', 'owner', 'last active'].map((title) => ({ title })),
    rows,
    ink.dim,
  );
}

function render(message: OperatorMessage, turn: string | null, { ink }: Shell): string {
  const who = { contact: ink.cyan, bot: ink.green, operator: ink.yellow, system: ink.dim }[message.role](message.role);
  return [
    `${ink.dim(moment(message.createdAt))} ${who}  ${[message.text, ...message.attachments.map(shownAttachment)].filter(Boolean).join(' ')}`,
    // `polyphon trace` takes it.
    ...(message.role === 'bot' && turn ? [`    ${ink.dim(turn)}`] : []),
    ...citationLines(message.citations).map((line) => `    ${ink.dim(line)}`),
    ...deliveryLines(message).map((line) => `    ${ink.yellow(line)}`),
    ...(message.delivery?.note === undefined ? [] : [`    ${ink.dim(message.delivery.note)}`]),
  ].join('\n');
}

/** `[image: lamp.jpg]`; of what the channel could not read its own name, as in `[story]`. */
function shownAttachment({ kind, name }: Attachment): string {
  if (kind === 'unsupported') return `[${name ?? kind}]`;
  return `[${name === undefined ? kind : `${kind}: ${name}`}]`;
}

/** What an operator would otherwise take for delivered; nothing of what is. */
function deliveryLines({ delivery }: OperatorMessage): readonly string[] {
  if (delivery === undefined) return [];
  const { status, reason, due, repeated } = delivery;
  const hasCome = status === 'accepted' || status === 'sent' || status === 'delivered' || status === 'read';
  const state = [
    `${status}${reason === undefined ? '' : `: ${reason}`}`,
    ...(due === undefined ? [] : [`due ${moment(due)}`]),
  ].join(', ');
  return [...(hasCome ? [] : [state]), ...(repeated === true ? ['sent once more: it may have arrived twice'] : [])];
}
