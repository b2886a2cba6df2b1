import type { SendResult } from '../../core/contract/index.ts';
import { abort } from './channel-suite-abort.ts';
import { Bench } from './channel-suite-bench.ts';
import { buttons } from './channel-suite-buttons.ts';
import { capabilities } from './channel-suite-capabilities.ts';
import { expectThat, type SuiteCheck, type SuiteFault, type SuiteRun } from './channel-suite-face.ts';
import { parts } from './channel-suite-parts.ts';
import { patiently, unlessHung } from './channel-suite-patience.ts';
import { expectWait, expectWholeResult } from './channel-suite-result.ts';
import { actionsOf, families, isWhole, wordsOf } from './channel-suite-text.ts';

/** What goes out. */
export const outboundChecks: readonly SuiteCheck[] = [
  { name: 'recipients: what is sent to a person reaches that person, and nobody else', check: recipients },
  { name: 'limits: the longest text arrives whole, and a longer one is never cut in silence', check: limits },
  { name: 'capabilities: what the channel claims is true', check: capabilities },
  { name: 'parts: a message that goes out in several goes on where it was', check: parts },
  { name: 'buttons: what is pressed comes back, and links lead somewhere', check: buttons },
  { name: 'one attempt: the channel says what is known of a failure, and does not try again', check: oneAttempt },
  { name: 'unreachable: a message that never left may go out later', check: unreachable },
  { name: 'abort: what is given up ends, whatever the platform does', check: abort },
];

async function recipients(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  if (bench.channel.send === undefined) return;
  const people = [1, 2, 3];
  const conversations: string[] = [];
  for (const person of people) conversations.push(await bench.conversationWith(person));
  // `duplicates` says that another person is another conversation.
  if (new Set(conversations).size < people.length) return;
  await Promise.all(
    conversations.map((conversation, index) => bench.send(conversation, { text: `For person ${people[index]}` })),
  );
  for (const person of people) {
    const seenBy = bench.platform.sent.filter(({ text }) => text.trim() === `For person ${person}`);
    expectThat(
      seenBy.every((sent) => Number.isInteger(sent.person)),
      'The fixtures say in `sent` with `person` who sees a message, by the number of who wrote.',
    );
    expectThat(
      seenBy.length === 1 && seenBy[0]?.person === person,
      `What is sent to person ${person} while others are written to is seen by that person, once; it was seen by: ${seenBy.map((sent) => `person ${sent.person}`).join(', ') || 'nobody'}.`,
    );
  }
}

async function limits(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  if (bench.channel.send === undefined) return;
  const { maxLength } = bench.channel.capabilities.text;
  // `capabilities` says that this is no length.
  if (!(maxLength > 0)) return;
  const conversation = await bench.conversationWith(1);
  const seenOf = (before: number): readonly string[] => bench.platform.sent.slice(before).map(({ text }) => text);
  for (const text of [wordsOf(maxLength), `${'ж'.repeat(Math.max(0, maxLength - 2))}😀`]) {
    const before = bench.platform.sent.length;
    const result = await bench.send(conversation, { text });
    expectThat(
      result.status === 'delivered' && isWhole(seenOf(before), text),
      `A text of maxLength (${maxLength}) is taken by the platform and arrives whole; this one was ${result.status}.`,
    );
  }
  const ofFamilies = bench.platform.sent.length;
  const { status } = await bench.send(conversation, { text: families(maxLength) });
  expectThat(
    status === 'delivered' && isWhole(seenOf(ofFamilies), families(maxLength)),
    `A text of maxLength (${maxLength}) that is all families (👩‍👩‍👧‍👦) arrives whole: it is cut between them, and never within one; this one was ${status}.`,
  );
  await besideButtons(bench, conversation);
  const before = bench.platform.sent.length;
  const long = wordsOf(maxLength + 1);
  const result = await bench.send(conversation, { text: long });
  expectThat(
    result.status !== 'delivered' || isWhole(seenOf(before), long),
    'A text that is longer than maxLength is refused or arrives whole, and is not cut.',
  );
  const empty = await unlessHung(bench.send(conversation, { text: '' }));
  expectThat(!(empty instanceof Error), 'A message with nothing in it is refused and throws nothing.');
}

/** The kernel fills the message that carries the buttons up to what is claimed: its text may be longer nowhere. */
async function besideButtons(bench: Bench, conversation: string): Promise<void> {
  const { buttons, text: limit } = bench.channel.capabilities;
  const length = limit.maxLengthWithActions ?? limit.maxLength;
  expectThat(
    length > 0 && length <= limit.maxLength,
    'capabilities.text.maxLengthWithActions is at least 1 and at most maxLength.',
  );
  const name = limit.maxLengthWithActions === undefined ? 'maxLength' : 'maxLengthWithActions';
  for (const count of buttons > 1 ? [1, buttons] : Array.from({ length: buttons }, () => 1)) {
    const before = bench.platform.sent.length;
    const text = wordsOf(length);
    const { status } = await bench.send(conversation, { text, actions: actionsOf(count) });
    const seen = bench.platform.sent.slice(before).map((shown) => shown.text);
    expectThat(
      status === 'delivered' && isWhole(seen, text),
      `A text of ${name} (${length}) beside buttons (${count}) is taken by the platform and arrives whole; this one was ${status}.`,
    );
  }
  const [label = ''] = actionsOf(1).map((action) => action.label);
  const seesLabel = async (words: string): Promise<boolean> => {
    const before = bench.platform.sent.length;
    await bench.send(conversation, { text: words, actions: actionsOf(1) });
    return bench.platform.sent.slice(before).some((shown) => shown.buttons.includes(label));
  };
  // That buttons are seen at all is for `capabilities`.
  expectThat(
    buttons === 0 || !(await seesLabel('Choose')) || (await seesLabel(wordsOf(length))),
    `Buttons are seen beside a long text (${length}) as beside a short one.`,
  );
}

async function oneAttempt(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  if (bench.channel.send === undefined) return;
  const conversation = await bench.conversationWith(1);
  const attempt = async (fault: SuiteFault): Promise<SendResult> => {
    bench.platform.meet(fault);
    const before = bench.platform.attempts;
    const result = await bench.send(conversation, { text: `Meets ${fault}` });
    const attempts = bench.platform.attempts - before;
    expectThat(
      attempts === 1,
      `A send that meets “${fault}” asks the platform once, not ${attempts} times: the outbox tries again.`,
    );
    expectWholeResult(result);
    return result;
  };
  await byTheWayOut(bench, conversation);
  const busy = await attempt('busy');
  expectThat(
    busy.status === 'rejected' && busy.retryAfterMs !== undefined,
    `A platform that asks to wait is \`rejected\` with retryAfterMs; this one was ${told(busy)}.`,
  );
  expectWait(busy.retryAfterMs, bench.platform.busyForMs);
  if (bench.platform.busyForMs === undefined)
    run.unproved('no `busyForMs`: whether the channel waits as long as the platform asks');
  const failing = await attempt('failing');
  expectThat(
    failing.status === 'uncertain' || (failing.status === 'rejected' && failing.retryAfterMs !== undefined),
    `A platform that fails is \`rejected\` with retryAfterMs, or \`uncertain\`; this one was ${told(failing)}.`,
  );
  const refused = await attempt('refused');
  expectThat(
    refused.status === 'rejected' && refused.retryAfterMs === undefined && refused.reason !== '',
    `A refusal for good is \`rejected\` with a reason and without retryAfterMs; this one was ${told(refused)}.`,
  );
  await tokenRefused(bench, conversation);
  const sinceMs = bench.clock.now();
  const lost = await attempt('lost');
  expectThat(
    lost.status === 'uncertain',
    `A message whose answer was lost is \`uncertain\`, because it may have arrived; this one was ${told(lost)}.`,
  );
  await findsWhatArrived(bench, conversation, sinceMs);
}

/** What goes round `http` goes round its guard, its deadlines and everything that a deployment allows. */
async function byTheWayOut(bench: Bench, conversation: string): Promise<void> {
  const { platform, wire } = bench;
  const attempts = platform.attempts;
  const requests = wire.wentOut.length;
  expectWholeResult(await bench.send(conversation, { text: 'Meets nothing' }));
  expectThat(
    platform.reachedBy === 'sockets' || platform.attempts === attempts || wire.wentOut.length > requests,
    'What is sent goes out by `context.http`; the platform was asked, and not by it. Where it speaks no HTTP, its fixtures say `reachedBy`.',
  );
}

async function tokenRefused(bench: Bench, conversation: string): Promise<void> {
  const requests = bench.wire.wentOut.length;
  const result = await bench.wire.whileAnswered(401, () => bench.send(conversation, { text: 'Meets 401' }));
  if (bench.wire.wentOut.length === requests) return;
  expectThat(
    result.status === 'rejected' && result.reason !== '',
    `A message whose token the platform refuses (401) is \`rejected\` with a reason; this one was ${told(result)}.`,
  );
}

async function findsWhatArrived(bench: Bench, conversation: string, sinceMs: number): Promise<void> {
  const find = (text: string): Promise<readonly string[]> =>
    patiently('`find`', async (signal) => {
      const message = bench.outbound(conversation, { text });
      return (await bench.channel.find?.(message, sinceMs, signal)) ?? [];
    });
  const arrived = await find('Meets lost');
  expectThat(
    bench.channel.find === undefined || arrived.length === 1,
    'A message whose answer was lost is found at the platform, once.',
  );
  expectThat((await find('Was never sent')).length === 0, 'A message that was never sent is not found.');
}

/** The commonest failure of all: it has a certain answer, and who calls it `uncertain` loses every message of an outage. */
async function unreachable(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  if (bench.channel.send === undefined) return;
  const conversation = await bench.conversationWith(1);
  const before = bench.wire.wentOut.length;
  const result = await bench.wire.whileUnreachable(() => bench.send(conversation, { text: 'Never left' }));
  // One that sends by other means than `http` cannot be cut off from here, and is for `one attempt`.
  if (bench.wire.wentOut.length === before) return;
  expectThat(
    result.status === 'rejected' && result.retryAfterMs !== undefined,
    `Where the connection is refused, nothing was sent: \`rejected\` with retryAfterMs, as isUnsent(error) tells; this one was ${result.status}.`,
  );
}

/** What a channel said, without the words of its reason. */
function told(result: SendResult): string {
  if (result.status !== 'rejected') return `\`${result.status}\``;
  return `\`rejected\` ${result.retryAfterMs === undefined ? 'without retryAfterMs' : 'with retryAfterMs'}`;
}
