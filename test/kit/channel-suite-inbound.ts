import { type Attachment, type InboundMessage, PolyphonError } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { expectMessage } from './channel-suite-delivery.ts';
import { expectThat, type SuiteCheck, type SuiteFile, type SuiteRun } from './channel-suite-face.ts';
import { unlessHung } from './channel-suite-patience.ts';
import { expectFile } from './channel-suite-result.ts';
import { signature } from './channel-suite-signature.ts';
import { answersOf, causeIn, isAcknowledged, messagesOf } from './channel-suite-taken.ts';
import { words } from './channel-suite-words.ts';

/** What comes in. */
export const inboundChecks: readonly SuiteCheck[] = [
  { name: 'signature: what is not signed as it should be is refused', check: signature },
  { name: 'replay: the same request gives the same messages', check: replay },
  { name: 'duplicates: a message that is told again has the same id, and another message another', check: duplicates },
  { name: 'words: a text comes in as it was written, from who wrote it, and says nothing else', check: words },
  { name: 'ordering: messages keep their order, in and out', check: ordering },
  { name: 'unknown events: what the channel does not know, or cannot read, is no error of ours', check: unknownEvents },
  { name: 'unreadable: a person who sent what the channel cannot read is told so', check: unreadable },
  { name: 'media: files are fetched from the platform only, and nobody else gets its credentials', check: media },
];

async function replay(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const tell = await bench.telling([{ number: 1, person: 1, text: 'Good morning' }]);
  const first = await tell();
  const again = await tell();
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

async function duplicates(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const told = async (number: number, person: number): Promise<string> => {
    const taken = await bench.hear([{ number, person, text: 'The same words' }]);
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
  const again: string[] = [];
  for (let time = 0; time < 4; time += 1) again.push(await told(1, 1));
  expectThat(
    again.every((id) => id === known),
    'A message that the platform tells again, in a new request, keeps its id: it is the key against duplicates.',
  );
  expectThat((await told(2, 1)) !== known, 'Another message of the same person with the same words has another id.');
  const other = JSON.parse(await told(3, 2)) as readonly string[];
  expectThat(other[0] !== (JSON.parse(known) as readonly string[])[0], 'Another person is another conversation.');
}

async function ordering(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const words = ['one', 'two', 'three', 'four', 'five'];
  const taken = await bench.hear(words.map((text, index) => ({ number: index + 1, person: 1, text })));
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

async function unknownEvents(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const { platform } = bench;
  const requests = platform.tell === undefined ? platform.unknown() : [];
  expectThat(
    requests.length > 0 || platform.tell !== undefined,
    'The fixtures give with `unknown` requests that the channel does not know, and damaged ones: an empty body, at least.',
  );
  for (const [index, request] of requests.entries()) {
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
  const after = await bench.hear([{ number: 1, person: 1, text: 'Still here?' }]);
  expectThat(
    messagesOf(after).length === 1,
    `After unknown events the channel takes messages as before; the channel ${answersOf(after)}.`,
    causeIn(after),
  );
}

async function unreadable(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const requests = bench.platform.unreadable?.();
  expectThat(
    requests?.length !== 0,
    'The fixtures give messages that the channel cannot read, or leave `unreadable` out where the platform has none.',
  );
  for (const [index, request] of (requests ?? []).entries()) {
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

async function media(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const { platform, channel } = bench;
  if (channel.fetchMedia === undefined) return;
  expectThat(platform.file !== undefined, 'A channel that fetches files has a file in its fixtures.');
  const { requests, bytes } = await platform.file();
  const attachment = await attachmentIn(bench, { requests });
  const fetched = await bench.fetchMedia(attachment);
  expectFile(fetched);
  expectThat(Buffer.compare(fetched.bytes, bytes) === 0, 'The bytes of a file arrive as they are.');
  for (const url of [
    'https://attacker.example/file',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
  ]) {
    // Refused, or the right file by its id: both are well, as long as nobody else is asked.
    await unlessHung(bench.fetchMedia({ ...attachment, url }));
    run.refused.delete(new URL(url).host);
  }
  const strangers = bench.wire.wentOut.filter(({ host }) => !platform.hosts.includes(host));
  expectThat(strangers.length === 0, 'A file that is said to be somewhere else is not asked for there.');
  await lostFiles(run, bench);
}

/** What cannot be had is told apart, for whoever asked for it. */
async function lostFiles(run: SuiteRun, bench: Bench): Promise<void> {
  const { goneFile, largeFile } = bench.platform;
  if (goneFile === undefined) run.unproved('no `goneFile`: what a file comes to that the platform no longer has');
  else {
    const error = await failureOf(bench, await goneFile.call(bench.platform));
    expectThat(
      error instanceof PolyphonError && error.status === 410,
      `A file that the platform no longer has fails with a PolyphonError of status 410, as CNV5032 is; this one ${told(error)}.`,
      error,
    );
  }
  if (largeFile === undefined) run.unproved('no `largeFile`: what a file comes to that is too large');
  else {
    const error = await failureOf(bench, await largeFile.call(bench.platform));
    expectThat(
      error instanceof PolyphonError && error.code === 'NET6003',
      `A file that is too large fails with NET6003, as \`http.fetch\` does with \`maxBytes\`; this one ${told(error)}.`,
      error,
    );
  }
}

async function failureOf(bench: Bench, file: Pick<SuiteFile, 'requests'>): Promise<unknown> {
  return await bench.fetchMedia(await attachmentIn(bench, file)).then(
    () => undefined,
    (error: unknown) => error,
  );
}

function told(error: unknown): string {
  if (error === undefined) return 'was fetched';
  return error instanceof PolyphonError ? `failed with ${error.code}` : `failed with “${String(error)}”`;
}

export async function attachmentIn(bench: Bench, file: Pick<SuiteFile, 'requests'>): Promise<Attachment> {
  const taken = await bench.hearOne(file.requests);
  const [attachment] = messagesOf(taken).flatMap(({ attachments = [] }) => attachments);
  expectThat(
    attachment !== undefined,
    `A message with a file has an attachment; the channel ${answersOf(taken)}.`,
    causeIn(taken),
  );
  return attachment;
}

function identity({ conversation, id }: InboundMessage): string {
  return JSON.stringify([conversation, id]);
}
