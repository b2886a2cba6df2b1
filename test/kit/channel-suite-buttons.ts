import type { Action } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { sent } from './channel-suite-capabilities.ts';
import { expectThat, type SuiteRun } from './channel-suite-face.ts';
import { answersOf, causeIn, messagesOf } from './channel-suite-taken.ts';
import { actionsOf, families, signsOf } from './channel-suite-text.ts';

export async function buttons(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const { channel } = bench;
  if (channel.send === undefined || channel.capabilities.buttons === 0) return;
  const conversation = await bench.conversationWith(1);
  const actions = actionsOf(Math.min(2, channel.capabilities.buttons));
  const before = bench.platform.sent.length;
  const { shown } = await sent(bench, conversation, { text: 'Choose', actions });
  const isSeen = ({ label }: Action): boolean => shown.some((message) => message.buttons.includes(label));
  // That buttons are seen at all is for `capabilities`.
  if (!actions.every(isSeen)) return;
  if (bench.platform.press === undefined) run.unproved('no `press`: whether a pressed button comes back');
  else for (const action of actions) await pressed(bench, conversation, action, before);
  await longLabel(bench, conversation);
  await link(run, bench, conversation);
}

async function pressed(bench: Bench, conversation: string, { id, label }: Action, before: number): Promise<void> {
  const { platform } = bench;
  const at = platform.sent.findIndex((message, index) => index >= before && message.buttons.includes(label));
  const button = platform.sent[at]?.buttons.indexOf(label) ?? 0;
  const taken = await bench.hearOne((await platform.press?.(at, button)) ?? []);
  const [message, other] = messagesOf(taken);
  expectThat(
    message !== undefined && other === undefined,
    `A pressed button becomes one message; the channel ${answersOf(taken)}.`,
    causeIn(taken),
  );
  expectThat(
    message.action?.id === id,
    `A pressed button comes back with the \`id\` of its action, “${id}”, in \`action\`; it came with ${JSON.stringify(message.action?.id)}.`,
  );
  expectThat(message.conversation === conversation, 'A pressed button comes back in the conversation it was sent to.');
  expectThat(message.reply === undefined, 'A pressed button is answered: it has no `reply`.');
}

/** A platform's limit is the channel's business, and what is cut is cut between signs. */
async function longLabel(bench: Bench, conversation: string): Promise<void> {
  const label = families(91);
  const { status, shown } = await sent(bench, conversation, { text: 'Choose', actions: [{ id: 'long', label }] });
  expectThat(
    status === 'delivered',
    `A button with a long label (${label.length}) is shortened or written out; it was ${status}.`,
  );
  const signs = signsOf(label);
  const isBeginning = (shownLabel: string): boolean => {
    const given = signsOf(shownLabel.replace(/(…|\.{3})\s*$/, ''));
    return given.length > 0 && given.every((sign, index) => sign === signs[index]);
  };
  const labels = shown.flatMap((message) => message.buttons);
  const isWritten = shown.some(({ text }) => signsOf(text).join('').includes(signs.join('')));
  expectThat(
    labels.length > 0 ? labels.every(isBeginning) : isWritten,
    `A long label is shown, cut between two signs (👩‍👩‍👧‍👦) and never within one; seen were: ${labels.join(', ') || 'none'}.`,
  );
}

async function link(run: SuiteRun, bench: Bench, conversation: string): Promise<void> {
  const url = 'https://shop.example/lamps';
  const action = { id: 'shop', label: 'To the shop', url };
  const { status, shown } = await sent(bench, conversation, { text: 'See for yourself', actions: [action] });
  const isWritten = shown.some(({ text }) => text.includes(url));
  expectThat(
    status === 'delivered' && (isWritten || shown.some((message) => message.buttons.includes(action.label))),
    `A button that leads somewhere is seen, or its address is written out; this one was ${status}.`,
  );
  if (isWritten) return;
  if (shown.every(({ links }) => links === undefined))
    return run.unproved('no `links` in what was sent: whether the button of a link leads where it should');
  expectThat(
    shown.some(({ links = [] }) => links.includes(url)),
    `A button with a \`url\` leads there; those that were seen lead to: ${shown.flatMap(({ links = [] }) => links).join(', ') || 'nowhere'}.`,
  );
}
