import type { InboundMessage } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { expectMessage } from './channel-suite-delivery.ts';
import { type ChannelSuiteOptions, expectThat, type SuiteCheck } from './channel-suite-face.ts';
import { expectFile } from './channel-suite-result.ts';
import { answersOf, causeIn, type Taken } from './channel-suite-taken.ts';

/** What comes in. */
export const inboundChecks: readonly SuiteCheck[] = [
  { name: 'signature: what is not signed as it should be is refused', check: signature },
  { name: 'replay: the same request gives the same messages', check: replay },
  { name: 'duplicates: a message that is told again has the same id, and another message another', check: duplicates },
  { name: 'ordering: messages keep their order, in and out', check: ordering },
  { name: 'unknown events: what the channel does not know, or cannot read, is no error of ours', check: unknownEvents },
  { name: 'unreadable: a person who sent what the channel cannot read is told so', check: unreadable },
  { name: 'media: files are fetched from the platform only, and nobody else gets its credentials', check: media },
];

async function signature(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const requests = await bench.platform.webhook([{ number: 1, person: 1, text: 'Good morning' }]);
  const [request] = requests;
  expectThat(request !== undefined, 'The fixtures give a request for a message.');
  const forged = bench.platform.forged(request);
  expectThat(forged.length > 0, 'The fixtures give requests with wrong signatures.');
  for (const [index, wrong] of forged.entries()) {
    const taken = await bench.take(wrong);
    const { status, messages } = taken;
    expectThat(
      (status === 401 || status === 403) && messages.length === 0,
      `Request ${index + 1} with a wrong signature is refused with 401 or 403; the channel ${answersOf([taken])}.`,
      taken.cause,
    );
  }
  expectThat(bench.wentOut.length === 0, 'A request with a wrong signature makes the channel ask nobody for anything.');
  const taken = await bench.takeAll(requests);
  expectThat(
    taken.every(isAcknowledged) && messagesOf(taken).length === 1,
    `The same request with the right signature is taken; the channel ${answersOf(taken)}.`,
    causeIn(taken),
  );
}

async function replay(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const requests = await bench.platform.webhook([{ number: 1, person: 1, text: 'Good morning' }]);
  const first = await bench.takeAll(requests);
  const again = await bench.takeAll(requests);
  expectThat(
    [...first, ...again].every(isAcknowledged),
    `A replayed request is acknowledged like the first; the channel ${answersOf([...first, ...again])}.`,
    causeIn([...first, ...again]),
  );
  expectThat(
    JSON.stringify(messagesOf(first).map(identity)) === JSON.stringify(messagesOf(again).map(identity)),
    'A replayed request gives the same messages, so that core knows them as duplicates: the channel itself leaves out none.',
  );
}

async function duplicates(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const told = async (number: number, person: number): Promise<string> => {
    const requests = await bench.platform.webhook([{ number, person, text: 'The same words' }]);
    const taken = await bench.takeAll(requests);
    const [message] = messagesOf(taken);
    expectThat(
      message !== undefined,
      `A text in a signed request becomes a message, also one that was told before; the channel ${answersOf(taken)}.`,
      causeIn(taken),
    );
    expectMessage(message, 'A message');
    return identity(message);
  };
  const known = await told(1, 1);
  const again = await Promise.all(Array.from({ length: 4 }, () => told(1, 1)));
  expectThat(
    again.every((id) => id === known),
    'A message that the platform tells again, in a new request, keeps its id: it is the key against duplicates.',
  );
  expectThat((await told(2, 1)) !== known, 'Another message of the same person with the same words has another id.');
  const other = JSON.parse(await told(3, 2)) as readonly string[];
  expectThat(other[0] !== (JSON.parse(known) as readonly string[])[0], 'Another person is another conversation.');
}

async function ordering(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const words = ['one', 'two', 'three', 'four', 'five'];
  const requests = await bench.platform.webhook(words.map((text, index) => ({ number: index + 1, person: 1, text })));
  const taken = await bench.takeAll(requests);
  const messages = messagesOf(taken);
  expectThat(
    JSON.stringify(messages.map(({ text }) => text)) === JSON.stringify(words),
    `Messages come in in the order in which the platform tells them, each with its text: ${words.join(', ')}; the channel ${answersOf(taken)}: ${messages.map(({ text }) => text).join(', ')}.`,
    causeIn(taken),
  );
  const [first] = messages;
  if (first === undefined || bench.channel.send === undefined) return;
  for (const text of words) await bench.send(first.conversation, { text });
  expectThat(
    JSON.stringify(bench.platform.sent.map(({ text }) => text.trim())) === JSON.stringify(words),
    `Messages that are sent one after another arrive in that order: ${words.join(', ')}; seen were: ${bench.platform.sent.map(({ text }) => text.trim()).join(', ')}.`,
  );
}

async function unknownEvents(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  for (const [index, request] of bench.platform.unknown().entries()) {
    const taken = await bench.take(request);
    // 4xx says that the sender is at fault, and ends it; 5xx has the platform send it again for days.
    expectThat(
      taken.status < 500,
      `Unknown or damaged request ${index + 1} is answered without an error of ours; the channel ${answersOf([taken])}.`,
      taken.cause,
    );
    for (const message of taken.messages)
      expectMessage(message, `What is reported of unknown or damaged request ${index + 1}`);
  }
  const after = await bench.takeAll(await bench.platform.webhook([{ number: 1, person: 1, text: 'Still here?' }]));
  expectThat(
    messagesOf(after).length === 1,
    `After unknown events the channel takes messages as before; the channel ${answersOf(after)}.`,
    causeIn(after),
  );
}

async function unreadable(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  for (const [index, request] of (bench.platform.unreadable?.() ?? []).entries()) {
    const taken = await bench.take(request);
    const [message, other] = messagesOf([taken]);
    expectThat(
      isAcknowledged(taken),
      `Unreadable message ${index + 1} is acknowledged; the channel ${answersOf([taken])}.`,
      taken.cause,
    );
    expectThat(
      message !== undefined && other === undefined,
      `Unreadable message ${index + 1} is reported, so that the bot can say that it cannot read it.`,
    );
    const { text = '', action, attachments = [] } = message;
    const [stands] = attachments;
    expectThat(
      text === '' && action === undefined && attachments.length === 1 && stands?.kind === 'unsupported',
      `Unreadable message ${index + 1} has one attachment of kind “unsupported” and nothing else.`,
    );
    expectThat(
      /^[a-z][a-z_ -]{0,39}$/.test(stands.name ?? ''),
      `Unreadable message ${index + 1} is named by its kind, in lower case: it is shown to people.`,
    );
  }
}

async function media(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const { platform, channel } = bench;
  if (channel.fetchMedia === undefined) return;
  expectThat(platform.file !== undefined, 'A channel that fetches files has a file in its fixtures.');
  const { requests, bytes } = await platform.file();
  const taken = await bench.takeAll(requests);
  const [attachment] = messagesOf(taken).flatMap(({ attachments = [] }) => attachments);
  expectThat(
    attachment !== undefined,
    `A message with a file has an attachment; the channel ${answersOf(taken)}.`,
    causeIn(taken),
  );
  const fetched = await bench.fetchMedia(attachment);
  expectFile(fetched);
  expectThat(Buffer.compare(fetched.bytes, bytes) === 0, 'The bytes of a file arrive as they are.');
  for (const url of [
    'https://attacker.example/file',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
  ]) {
    // Refused, or the right file by its id: both are well, as long as nobody else is asked.
    await bench.fetchMedia({ ...attachment, url }).catch(() => undefined);
  }
  const strangers = bench.wentOut.filter(({ host }) => !platform.hosts.includes(host));
  expectThat(strangers.length === 0, 'A file that is said to be somewhere else is not asked for there.');
}

export function isAcknowledged({ status }: Taken): boolean {
  return status >= 200 && status < 300;
}

export function messagesOf(taken: readonly Taken[]): readonly InboundMessage[] {
  return taken.flatMap(({ messages }) => messages);
}

function identity({ conversation, id }: InboundMessage): string {
  return JSON.stringify([conversation, id]);
}
