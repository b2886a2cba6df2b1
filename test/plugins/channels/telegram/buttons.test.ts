import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Citation } from '../../../../core/contract/index.ts';
import { type OpenTelegram, openTelegram, send } from './open-telegram.ts';

let stage: OpenTelegram;
beforeEach(async () => {
  stage = await openTelegram({ webhookSecret: 'hook' });
});
afterEach(() => stage[Symbol.asyncDispose]());

const citation = (title: string, url?: string): Citation => ({
  source: 'faq',
  document: 'lamps.md',
  chunk: 'c1',
  score: 1,
  title,
  quote: 'q',
  ...(url === undefined ? {} : { url }),
});
type Keyboard = { inline_keyboard: { text: string; url?: string; callback_data?: string }[][] } | undefined;
const labels = () =>
  (stage.telegram.sent.at(-1)?.payload['reply_markup'] as Keyboard)?.inline_keyboard.flat().map(({ text }) => text);

describe('the label of a button', () => {
  it('keeps what joins and parts letters and pictures, and loses what breaks or turns a line', async () => {
    const england = String.fromCodePoint(0x1f3f4, 0xe0067, 0xe0062, 0xe0065, 0xe006e, 0xe0067, 0xe007f);
    const family = '👨\u200d👩\u200d👧';
    const said = [`${family} Family`, 'می\u200cخواهم', `${england} English`, 'a\u202eb\n\u0007c', '\u200b\u200d'];
    await send(stage.channel, {
      actions: said.map((label, index) => ({ id: `a${index}`, label })),
      citations: [citation(`Our\nlamps \u202e${family.repeat(20)}`, 'https://shop.example/'), citation('\u200f')],
    });
    expect(labels()).toEqual([
      `${family} Family`,
      'می\u200cخواهم',
      `${england} English`,
      'ab c',
      'a4',
      `↗ Our lamps ${family.repeat(6)}…`,
    ]);
    expect(stage.telegram.sent[0]?.text).toBe('Hello\n\n📄 lamps.md');
  });
});
