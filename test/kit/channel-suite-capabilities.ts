import type { Capabilities } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { expectThat, type SuiteRun, type SuiteSent } from './channel-suite-face.ts';
import { patiently } from './channel-suite-patience.ts';
import { attachmentOf } from './channel-suite-shop.ts';
import { messagesOf } from './channel-suite-taken.ts';
import { actionsOf } from './channel-suite-text.ts';
import { difference } from './channel-suite-words.ts';

/** Neither holds a mark of its format. Markdown has no lines within a paragraph, and plain text no format that could take these for marks. */
const shownAsItIs: Readonly<Record<Capabilities['text']['format'], string>> = {
  plain:
    '1 < 2 & 4 > 3, <b>&amp;</b> *stars* _lines_ `ticks`\nThe second line\n\nAfter a blank line: 👩‍👩‍👧‍👦 🇩🇪 🏳️‍🌈 👍🏽 ❤️ Größe',
  markdown: '1 < 2 & 4 > 3, 2 * 3 * 4, snake_case_name\n\nAfter a blank line: 👩‍👩‍👧‍👦 🇩🇪 🏳️‍🌈 👍🏽 ❤️ Größe',
};

export async function capabilities(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const { channel } = bench;
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
  await text(bench, conversation);
  await media(bench, conversation);
  if (claims.buttons > 0) {
    const actions = actionsOf(claims.buttons);
    const { status, shown } = await sent(bench, conversation, { text: 'Choose', actions });
    const labels = shown.flatMap(({ buttons }) => buttons);
    expectThat(
      status === 'delivered' && actions.every(({ label }) => labels.includes(label)),
      `Claimed in capabilities.buttons: a message with ${claims.buttons} is sent and all are seen.`,
    );
  }
  await typing(bench, conversation);
  if (claims.consent === 'opt-out') await honoursStop(bench);
}

/** Words that a format, a mark-up or a cut could spoil. */
async function text(bench: Bench, conversation: string): Promise<void> {
  const { format, maxLength } = bench.channel.capabilities.text;
  const words = shownAsItIs[format];
  if (words.length > maxLength) return;
  const { status, shown } = await sent(bench, conversation, { text: words });
  // Blanks at the ends of lines are seen by nobody; how many lines are left between two paragraphs is the platform's way.
  const lines = (given: string): string => given.replaceAll(/[^\S\n]*\n\s*/g, '\n').trim();
  const seen = shown.map((message) => message.text).join('\n');
  expectThat(
    status === 'delivered' && lines(seen) === lines(words),
    `A text of capabilities.text.format (${format}) is seen as it was written; it was ${status}: ${difference(lines(words), lines(seen))}.`,
  );
}

async function media(bench: Bench, conversation: string): Promise<void> {
  const words = 'With this';
  for (const kind of bench.channel.capabilities.media) {
    const { status, shown } = await sent(bench, conversation, { text: words, attachments: [attachmentOf(kind)] });
    expectThat(
      status === 'delivered' && mediaIn(shown) > 0,
      `Claimed in capabilities.media: ${kind} is sent and seen.`,
    );
    expectThat(
      shown.some((message) => message.text.includes(words)),
      `The text beside an attachment (${kind}) is seen, too.`,
    );
  }
  const [kind] = bench.channel.capabilities.media;
  if (kind === undefined) return;
  const attachments = [attachmentOf(kind, '1'), attachmentOf(kind, '2')];
  const { status, shown } = await sent(bench, conversation, { text: words, attachments });
  expectThat(
    status === 'delivered' && mediaIn(shown) >= attachments.length,
    `Of two attachments of one message (${kind}) both are seen; ${mediaIn(shown)} were.`,
  );
}

function mediaIn(shown: readonly SuiteSent[]): number {
  return shown.reduce((sum, message) => sum + message.media, 0);
}

/** What became of a message, and what people saw of it. */
export async function sent(
  bench: Bench,
  conversation: string,
  message: Parameters<Bench['send']>[1],
): Promise<{ readonly status: string; readonly shown: readonly SuiteSent[] }> {
  const before = bench.platform.sent.length;
  const { status } = await bench.send(conversation, message);
  return { status, shown: bench.platform.sent.slice(before) };
}

async function typing({ channel }: Bench, conversation: string): Promise<void> {
  try {
    await patiently('`typing`', async (signal) => channel.typing?.(conversation, signal));
  } catch (error) {
    expectThat(false, `\`typing\` shows that the bot is writing; it threw “${String(error)}”.`, error);
  }
}

async function honoursStop(bench: Bench): Promise<void> {
  const [message] = messagesOf(await bench.hear([{ number: 1, person: 1, text: 'STOP' }]));
  expectThat(
    message?.consent === 'stop' || message?.text?.trim() === 'STOP',
    'Claimed in capabilities.consent: the message STOP is reported with its text, or as consent "stop".',
  );
}
