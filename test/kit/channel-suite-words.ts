import type { InboundMessage } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { expectThat, type SuiteRun } from './channel-suite-face.ts';
import { answersOf, causeIn, messagesOf } from './channel-suite-taken.ts';

/** What a reader of it may spoil: blanks, lines, marks, accents, scripts, signs of several code points. No blank at an end: platforms trim. */
const hard =
  'Zwölf  Löffel für Ñandú,\nund eine neue Zeile\n\nund noch eine: 👩‍👩‍👧‍👦 🇩🇪 <b>fett</b> &amp; "50 %" *x* _y_ C:\\z — สวัสดี مرحبا';
const longest = 3_000;

/** What somebody means who has only written something: whatever else a message says takes the answer, or the words, from them. */
const beside: Readonly<Partial<Record<keyof InboundMessage, string>>> = {
  reply: 'nobody would be answered',
  edits: 'it would replace what was said before',
  consent: 'it is for what the platform means by a word of its own',
  action: 'it is for a button that was pressed',
  audience: 'this person is alone with the bot',
  attachments: 'there are none',
  quotes: 'it answers no other message',
};

export async function words(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const first = 'one';
  const told = async (number: number, person: number, text: string): Promise<InboundMessage> => {
    const taken = await bench.hear([{ number, person, text }]);
    const [message, other] = messagesOf(taken);
    expectThat(
      message !== undefined && other === undefined,
      `A text becomes one message; the channel ${answersOf(taken)}.`,
      causeIn(taken),
    );
    expectThat(
      message.text === text || text === first,
      `A text comes in as it was written: ${difference(text, message.text ?? '')}.`,
      causeIn(taken),
    );
    expectPlain(message);
    expectThat(
      taken.every(({ news }) => news === 0),
      'A text tells nothing of messages that were sent, and moves no conversation: `statuses` and `moves` are for what the platform tells of them.',
    );
    return message;
  };
  const length = Math.max(1, Math.min(longest, bench.channel.capabilities.text.maxLength || longest));
  const known = await told(1, 1, first);
  // That there are words is for `ordering`, and that somebody has written for `duplicates`.
  if (known.text !== first || !known.contact?.id) return;
  const second = await told(2, 1, hard);
  const long = await told(3, 1, `${'Ein längerer Text, Wort für Wort. '.repeat(100).slice(0, length - 1)}Ä`);
  expectThat(
    [second, long].every(({ contact }) => contact.id === known.contact.id),
    'The same person keeps `contact.id` from message to message.',
  );
  const other = await told(4, 2, 'Good evening');
  expectThat(other.contact.id !== known.contact.id, 'Another person has another `contact.id`.');
}

function expectPlain(message: InboundMessage): void {
  for (const [name, why] of Object.entries(beside)) {
    const value = message[name as keyof InboundMessage];
    expectThat(
      value === undefined || (Array.isArray(value) && value.length === 0),
      `A plain text has no \`${name}\`, because ${why}; this one has ${JSON.stringify(value)}.`,
    );
  }
  // A time of this kind lies between two weeks and three years after 1970 when it is taken for milliseconds.
  const { sentAt = 0 } = message;
  expectThat(
    !(sentAt > 1e9 && sentAt < 1e11),
    `\`sentAt\` is in milliseconds since the epoch; ${sentAt} looks like seconds.`,
  );
}

/** From a little before where they part. */
export function difference(expected: string, given: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === given[at]) at += 1;
  const from = Math.max(0, at - 10);
  const shown = (text: string): string => JSON.stringify(text.slice(from, at + 30).toWellFormed());
  return `from character ${from} on ${shown(expected)} was expected, and ${shown(given)} came`;
}
