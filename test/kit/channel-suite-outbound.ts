import type { Attachment, OutboundMessage, SendResult } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { type ChannelSuiteOptions, expectThat, type SuiteCheck, type SuiteFault } from './channel-suite-face.ts';
import { expectWholeResult } from './channel-suite-result.ts';

/** What goes out. */
export const outboundChecks: readonly SuiteCheck[] = [
  { name: 'recipients: what is sent to a person reaches that person, and nobody else', check: recipients },
  { name: 'limits: the longest text arrives whole, and a longer one is never cut in silence', check: limits },
  { name: 'capabilities: what the channel claims is true', check: capabilities },
  { name: 'one attempt: the channel says what is known of a failure, and does not try again', check: oneAttempt },
  { name: 'unreachable: a message that never left may go out later', check: unreachable },
];

async function recipients(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
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

async function limits(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  if (bench.channel.send === undefined) return;
  const { maxLength } = bench.channel.capabilities.text;
  // `capabilities` says that this is no length.
  if (!(maxLength > 0)) return;
  const conversation = await bench.conversationWith(1);
  const arrived = () => bench.platform.sent.map(({ text }) => text).join('');
  for (const text of [wordsOf(maxLength), `${'ж'.repeat(Math.max(0, maxLength - 2))}😀`]) {
    const before = arrived().length;
    const result = await bench.send(conversation, { text });
    const seen = arrived().slice(before);
    expectThat(
      result.status === 'delivered' && squeezed(seen) === squeezed(text),
      `A text of maxLength (${maxLength}) is taken by the platform and arrives whole; this one was ${result.status}.`,
    );
  }
  await besideButtons(bench, conversation);
  const before = arrived().length;
  const long = wordsOf(maxLength + 1);
  const result = await bench.send(conversation, { text: long });
  expectThat(
    result.status !== 'delivered' || squeezed(arrived().slice(before)) === squeezed(long),
    'A text that is longer than maxLength is refused or arrives whole, and is not cut.',
  );
  const empty = await bench.send(conversation, { text: '' }).catch((error: unknown) => error);
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
      status === 'delivered' && squeezed(seen.join('')) === squeezed(text),
      `A text of ${name} (${length}) beside buttons (${count}) is taken by the platform and arrives whole; this one was ${status}.`,
    );
  }
}

async function capabilities(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const { channel, platform } = bench;
  const claims = channel.capabilities;
  expectThat(claims.text.maxLength > 0, 'capabilities.text.maxLength is the number of characters a message may have.');
  expectThat(
    channel.send !== undefined || claims.streaming === 'events',
    'A channel that does not send streams events.',
  );
  expectThat(
    claims.replyWindowMs === undefined || channel.outsideWindow !== undefined,
    'A channel with a reply window says with outsideWindow what may go out after it.',
  );
  if (channel.send === undefined) return;
  const conversation = await bench.conversationWith(1);
  for (const kind of claims.media) {
    const before = platform.sent.length;
    const { status } = await bench.send(conversation, { text: 'With this', attachments: [attachmentOf(kind)] });
    const shown = platform.sent.slice(before).reduce((sum, { media }) => sum + media, 0);
    expectThat(status === 'delivered' && shown > 0, `Claimed in capabilities.media: ${kind} is sent and seen.`);
  }
  if (claims.buttons > 0) {
    const before = platform.sent.length;
    const actions = actionsOf(claims.buttons);
    const { status } = await bench.send(conversation, { text: 'Choose', actions });
    const shown = platform.sent.slice(before).flatMap(({ buttons }) => buttons);
    expectThat(
      status === 'delivered' && actions.every(({ label }) => shown.includes(label)),
      `Claimed in capabilities.buttons: a message with ${claims.buttons} is sent and all are seen.`,
    );
  }
  await typing(bench, conversation);
  if (claims.consent === 'opt-out') await honoursStop(bench);
}

async function typing({ channel }: Bench, conversation: string): Promise<void> {
  try {
    await channel.typing?.(conversation, AbortSignal.timeout(10_000));
  } catch (error) {
    expectThat(false, `\`typing\` shows that the bot is writing; it threw “${String(error)}”.`, error);
  }
}

async function honoursStop(bench: Bench): Promise<void> {
  const requests = await bench.platform.webhook([{ number: 1, person: 1, text: 'STOP' }]);
  const [message] = (await bench.takeAll(requests)).flatMap(({ messages }) => messages);
  expectThat(
    message?.consent === 'stop' || message?.text?.trim() === 'STOP',
    'Claimed in capabilities.consent: the message STOP is reported with its text, or as consent "stop".',
  );
}

async function oneAttempt(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
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
  expectWholeResult(await bench.send(conversation, { text: 'Meets nothing' }));
  const busy = await attempt('busy');
  expectThat(
    busy.status === 'rejected' && busy.retryAfterMs !== undefined,
    `A platform that asks to wait is \`rejected\` with retryAfterMs; this one was ${told(busy)}.`,
  );
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
  const sinceMs = bench.clock.now();
  const lost = await attempt('lost');
  expectThat(
    lost.status === 'uncertain',
    `A message whose answer was lost is \`uncertain\`, because it may have arrived; this one was ${told(lost)}.`,
  );
  await findsWhatArrived(bench, conversation, sinceMs);
}

async function findsWhatArrived(bench: Bench, conversation: string, sinceMs: number): Promise<void> {
  const find = async (text: string): Promise<readonly string[]> =>
    (await bench.channel.find?.(bench.outbound(conversation, { text }), sinceMs, AbortSignal.timeout(10_000))) ?? [];
  const arrived = await find('Meets lost');
  expectThat(
    bench.channel.find === undefined || arrived.length === 1,
    'A message whose answer was lost is found at the platform, once.',
  );
  expectThat((await find('Was never sent')).length === 0, 'A message that was never sent is not found.');
}

/** The commonest failure of all: it has a certain answer, and who calls it `uncertain` loses every message of an outage. */
async function unreachable(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  if (bench.channel.send === undefined) return;
  const conversation = await bench.conversationWith(1);
  const before = bench.wentOut.length;
  const result = await bench.whileUnreachable(() => bench.send(conversation, { text: 'Never left' }));
  // One that sends by other means than `http` cannot be cut off from here.
  if (bench.wentOut.length === before) return;
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

function actionsOf(count: number): OutboundMessage['actions'] {
  return Array.from({ length: count }, (_, index) => ({ id: `a${index}`, label: `Choice ${index}` }));
}

function attachmentOf(kind: Exclude<Attachment['kind'], 'unsupported'>): Attachment {
  const files: Readonly<Record<typeof kind, readonly [mediaType: string, url: string]>> = {
    image: ['image/png', 'https://shop.example/lamp.png'],
    audio: ['audio/mpeg', 'https://shop.example/lamp.mp3'],
    video: ['video/mp4', 'https://shop.example/lamp.mp4'],
    document: ['application/pdf', 'https://shop.example/lamp.pdf'],
    sticker: ['image/webp', 'https://shop.example/lamp.webp'],
    location: ['application/geo+json', 'geo:52.5,13.4'],
    contact: ['text/vcard', 'tel:+4930111222'],
  };
  const [mediaType, url] = files[kind];
  return { id: '1', kind, mediaType, url, name: 'lamp' };
}

/** Words of exactly so many characters, without a mark that a format could take for its own. */
function wordsOf(length: number): string {
  return 'lorem ipsum '
    .repeat(Math.ceil(length / 12))
    .slice(0, length - 1)
    .concat('z');
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
