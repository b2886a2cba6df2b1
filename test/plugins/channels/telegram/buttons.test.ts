import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Citation } from '../../../../core/contract/index.ts';
import { type OpenTelegram, openTelegram, refuse, send } from './open-telegram.ts';

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

describe('a button that Telegram refuses', () => {
  const answer = {
    text: '**40 euros**, see [the list](https://shop.example/prices).',
    actions: [
      { id: 'more', label: 'More' },
      { id: 'shop', label: 'Our shop', url: 'https://shop.example/' },
    ],
    citations: [citation('Prices', 'https://shop.example/prices'), citation('Wiki', 'https://wiki.corp.example/x')],
  };
  const marks = [
    { type: 'bold', offset: 0, length: 8 },
    { type: 'text_link', offset: 14, length: 8, url: 'https://shop.example/prices' },
  ];
  const lines =
    'Our shop: https://shop.example/\n↗ Prices: https://shop.example/prices\n↗ Wiki: https://wiki.corp.example/x';

  it.each([
    'BUTTON_URL_INVALID',
    "inline keyboard button URL 'https://wiki.corp.example/x' is invalid: Wrong HTTP URL",
  ])('costs neither the marks nor the other buttons; addresses are lines then: %s', async (said) => {
    stage.telegram.meet(refuse(400, `Bad Request: ${said}`));
    expect(await send(stage.channel, answer)).toMatchObject({ status: 'delivered' });
    expect(stage.telegram.sent[0]).toMatchObject({
      text: `40 euros, see the list.\n\n${lines}`,
      payload: { entities: marks },
    });
    expect(labels()).toEqual(['More']);
  });

  it('leaves none where those without an address are refused too', async () => {
    stage.telegram.meet(
      refuse(400, 'Bad Request: BUTTON_URL_INVALID'),
      refuse(400, 'Bad Request: BUTTON_DATA_INVALID'),
    );
    expect(await send(stage.channel, answer)).toMatchObject({ status: 'delivered' });
    expect(stage.telegram.sent[0]?.payload).toEqual({
      chat_id: 7,
      text: `40 euros, see the list.\n\n${lines}`,
      entities: marks,
      link_preview_options: { is_disabled: true },
    });
  });

  it('under a picture keeps the picture', async () => {
    stage.telegram.meet(refuse(400, 'Bad Request: BUTTON_URL_INVALID'));
    const attachments = [
      { id: 'p', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' },
    ] as const;
    await send(stage.channel, { ...answer, attachments });
    expect(stage.telegram.sent[0]).toMatchObject({
      method: 'sendPhoto',
      text: `40 euros, see the list.\n\n${lines}`,
      payload: { caption_entities: marks },
    });
    expect(labels()).toEqual(['More']);
  });

  it('costs lines, and no words, where there is no room for them', async () => {
    stage.telegram.meet(refuse(400, 'Bad Request: BUTTON_URL_INVALID'));
    const words = 'word '.repeat(818).trim();
    await send(stage.channel, { ...answer, text: words, citations: [] });
    expect(stage.telegram.sent.map(({ text }) => text)).toEqual([words]);
  });
});

describe('marks that Telegram refuses', () => {
  it('cost no button, and no address of a link', async () => {
    stage.telegram.meet(refuse(400, 'Bad Request: ENTITY_TEXTURL_INVALID'));
    await send(stage.channel, {
      text: '**40 euros**, see [the list](https://shop.example/prices).',
      actions: [{ id: 'more', label: 'More' }],
    });
    expect(stage.telegram.sent[0]?.text).toBe('40 euros, see the list (https://shop.example/prices).');
    expect(stage.telegram.sent[0]?.payload['entities']).toBeUndefined();
    expect(labels()).toEqual(['More']);
  });
});
