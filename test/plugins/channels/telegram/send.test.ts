import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Action, Citation } from '../../../../core/contract/index.ts';
import { FakeClock } from '../../../kit/index.ts';
import { never, type OpenTelegram, openTelegram, outbound, refuse, send, token } from './open-telegram.ts';

let stage: OpenTelegram;
beforeEach(async () => {
  stage = await openTelegram({ webhookSecret: 'hook' });
});
afterEach(() => stage[Symbol.asyncDispose]());

const citation = (changes: Partial<Citation>): Citation => ({
  source: 'faq',
  document: 'lamps.md',
  chunk: 'c1',
  score: 1,
  title: 'Lamps',
  quote: 'q',
  ...changes,
});
describe('a message', () => {
  it('goes to its chat without any parse mode, and is known by chat and number', async () => {
    const result = await send(stage.channel, { text: 'It costs **40** euros_' });
    const [sent] = stage.telegram.sent;
    expect(sent?.payload).toEqual({
      chat_id: 7,
      text: 'It costs 40 euros_',
      entities: [{ type: 'bold', offset: 9, length: 2 }],
      link_preview_options: { is_disabled: true },
    });
    expect(result).toEqual({ status: 'delivered', providerMessageId: `7:${sent?.messageId}` });
  });

  it('goes to its topic', async () => {
    await send(stage.channel, { conversation: '-100200/12' });
    expect(stage.telegram.sent[0]?.payload).toMatchObject({ chat_id: -100200, message_thread_id: 12 });
  });

  it('answers, in a group, the message that asked; elsewhere there is no doubt', async () => {
    const quoted = () => stage.telegram.sent.at(-1)?.payload['reply_parameters'];
    await send(stage.channel, { conversation: '-100200', answers: '-100200:15' });
    expect(quoted()).toEqual({ message_id: 15, allow_sending_without_reply: true });
    await send(stage.channel, { id: 'out_2', conversation: '-100200/3', answers: '-100200:16' });
    expect(quoted()).toMatchObject({ message_id: 16 });
    await send(stage.channel, { id: 'out_6', conversation: '-100200', answers: '-100200:17:edit:1009' });
    expect(quoted()).toMatchObject({ message_id: 17 });
    for (const [id, changes] of Object.entries({
      out_3: { conversation: '7', answers: '7:15' },
      out_4: { conversation: '-100200', answers: 'callback:4242' },
      out_5: { conversation: '-100200' },
    })) {
      await send(stage.channel, { id, ...changes });
      expect(quoted()).toBeUndefined();
    }
  });

  it('in which nothing can be seen is named so, and keeps no words from arriving', async () => {
    expect(await send(stage.channel, { text: '\u200b\u2800' })).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('TGM3210'),
    });
    const text = `${'word '.repeat(800)}\n\n${'\u2800'.repeat(4000)}\n\nend`;
    expect(await send(stage.channel, { id: 'out_2', text })).toMatchObject({ status: 'delivered' });
    expect(stage.telegram.calls.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
    expect(stage.telegram.sent.at(-1)?.text).toMatch(/end$/);
  });

  it('longer than Telegram takes goes in pieces, buttons under the last', async () => {
    const actions: readonly Action[] = [{ id: 'more', label: 'More' }];
    const result = await send(stage.channel, { text: `${'word '.repeat(1200)}end`, actions });
    expect(stage.telegram.sent.map(({ text }) => text.length <= 4096)).toEqual([true, true]);
    expect(stage.telegram.sent.map(({ payload }) => payload['reply_markup'] !== undefined)).toEqual([false, true]);
    expect(result).toEqual({ status: 'delivered', providerMessageId: `7:${stage.telegram.sent[0]?.messageId}` });
  });

  it('in pieces goes on where it was stopped and repeats none', async () => {
    const text = `${'word '.repeat(1200)}end`;
    const [first, second] = [await sendAfter(text, 1), await send(stage.channel, { text })];
    expect(first).toMatchObject({ status: 'rejected', retryAfterMs: 2000 });
    expect(second).toMatchObject({ status: 'delivered' });
    expect(stage.telegram.sent).toHaveLength(2);
    expect(stage.telegram.sent[1]?.text.endsWith('end')).toBe(true);
  });

  /** The call after the first meets a 429. */
  async function sendAfter(text: string, calls: number) {
    const pending = send(stage.channel, { text });
    await stage.telegram.called('sendMessage', calls);
    stage.telegram.meet(refuse(429, 'Too Many Requests: retry after 2', { retry_after: 2 }));
    return pending;
  }

  it('with nothing to show, or to no chat, is refused by name', async () => {
    expect(await send(stage.channel, { text: ' \u0000 ' })).toEqual({
      status: 'rejected',
      reason: expect.stringContaining('TGM3210'),
    });
    expect(await send(stage.channel, { conversation: '+49 30 1234' })).toEqual({
      status: 'rejected',
      reason: expect.stringContaining('TGM3204'),
    });
    expect(stage.telegram.calls).toEqual([]);
  });
});

describe('buttons', () => {
  const keyboard = () =>
    (
      stage.telegram.sent.at(-1)?.payload['reply_markup'] as
        | { inline_keyboard: { text: string; url?: string; callback_data?: string }[][] }
        | undefined
    )?.inline_keyboard;

  it('carry the id of an action, or lead to its address', async () => {
    await send(stage.channel, {
      actions: [
        { id: 'yes', label: 'Yes' },
        { id: 'no', label: 'No' },
        { id: 'shop', label: 'Our shop with a rather long name', url: 'https://shop.example' },
        { id: 'call', label: 'Call', url: 'tel:+491' },
      ],
    });
    expect(keyboard()).toEqual([
      [
        { text: 'Yes', callback_data: 'yes' },
        { text: 'No', callback_data: 'no' },
      ],
      [{ text: 'Our shop with a rather long name', url: 'https://shop.example/' }],
      [{ text: 'Call', callback_data: 'call' }],
    ]);
  });

  it('carry a long id shortened, the same every time, within 64 bytes', async () => {
    const id = `frage-${'ä'.repeat(80)}`;
    await send(stage.channel, { actions: [{ id, label: 'A' }] });
    const first = keyboard()?.[0]?.[0]?.callback_data ?? '';
    await send(stage.channel, {
      id: 'out_2',
      actions: [
        { id, label: 'A' },
        { id: `${id}!`, label: 'B' },
      ],
    });
    expect(Buffer.byteLength(first)).toBeLessThanOrEqual(64);
    expect(keyboard()?.flat()[0]?.callback_data).toBe(first);
    expect(keyboard()?.flat()[1]?.callback_data).not.toBe(first);
  });

  it('lead to the sources of an answer; a source without an address is a line', async () => {
    await send(stage.channel, {
      text: 'It costs 40 euros.',
      citations: [
        citation({ title: 'Price list', url: 'https://shop.example/prices' }),
        citation({ title: 'Price list again', url: 'https://shop.example/prices' }),
        citation({ title: 'Manual', page: 3 }),
        citation({ title: 'Manual', page: 3, chunk: 'c2' }),
      ],
    });
    expect(keyboard()).toEqual([[{ text: '↗ Price list', url: 'https://shop.example/prices' }]]);
    expect(stage.telegram.sent[0]?.text).toBe('It costs 40 euros.\n\n📄 Manual · 3');
  });

  it('without words, or too many, or with odd labels, are never refused', async () => {
    const actions = Array.from({ length: 150 }, (_, index) => ({
      id: String(index),
      label: index % 2 === 0 ? '' : `\u0000${'👨‍👩‍👧'.repeat(50)}`,
    }));
    expect(await send(stage.channel, { actions: [...actions, { id: '', label: '\n' }] })).toMatchObject({
      status: 'delivered',
    });
  });
});

describe('attachments', () => {
  const file = (kind: 'image' | 'audio' | 'video' | 'document' | 'sticker', mediaType: string) => ({
    id: '1',
    kind,
    mediaType,
    url: 'https://shop.example/file',
  });

  it.each([
    ['image', 'image/png', 'sendPhoto', 'photo'],
    ['image', 'image/gif', 'sendDocument', 'document'],
    ['video', 'video/mp4', 'sendVideo', 'video'],
    ['audio', 'audio/mpeg', 'sendAudio', 'audio'],
    ['audio', 'audio/ogg', 'sendVoice', 'voice'],
    ['document', 'application/pdf', 'sendDocument', 'document'],
  ] as const)('%s of %s goes by %s with the text under it', async (kind, mediaType, method, field) => {
    await send(stage.channel, { text: 'See **this**', attachments: [file(kind, mediaType)] });
    expect(stage.telegram.sent).toHaveLength(1);
    expect(stage.telegram.sent[0]).toMatchObject({ method, text: 'See this' });
    expect(stage.telegram.sent[0]?.payload[field]).toBe('https://shop.example/file');
    expect(stage.telegram.sent[0]?.payload['caption_entities']).toEqual([{ type: 'bold', offset: 4, length: 4 }]);
  });

  it('go after a text that is too long for a caption, and after each other', async () => {
    await send(stage.channel, { text: 'a'.repeat(1025), attachments: [file('image', 'image/png')] });
    expect(stage.telegram.sent.map(({ method }) => method)).toEqual(['sendMessage', 'sendPhoto']);
    await send(stage.channel, {
      id: 'out_2',
      attachments: [file('image', 'image/png'), file('document', 'application/pdf')],
    });
    expect(stage.telegram.sent.slice(2).map(({ method }) => method)).toEqual([
      'sendMessage',
      'sendPhoto',
      'sendDocument',
    ]);
  });

  it('may be a place or a contact', async () => {
    await send(stage.channel, {
      text: '',
      attachments: [{ id: '1', kind: 'location', mediaType: 'application/geo+json', url: 'geo:52.5,13.4' }],
    });
    await send(stage.channel, {
      id: 'out_2',
      text: '',
      attachments: [{ id: '1', kind: 'contact', mediaType: 'text/vcard', name: 'Shop', url: 'tel:+4930123' }],
    });
    expect(stage.telegram.sent.map(({ payload }) => payload)).toEqual([
      { chat_id: 7, latitude: 52.5, longitude: 13.4 },
      { chat_id: 7, phone_number: '+4930123', first_name: 'Shop' },
    ]);
  });

  it('that Telegram cannot fetch become a link', async () => {
    stage.telegram.meet(refuse(400, 'Bad Request: failed to get HTTP URL content'));
    expect(await send(stage.channel, { text: 'See', attachments: [file('image', 'image/png')] })).toMatchObject({
      status: 'delivered',
    });
    expect(stage.telegram.sent[0]).toMatchObject({ method: 'sendMessage', text: 'See\n\nhttps://shop.example/file' });
  });
});

describe('a message that was sent', () => {
  it('is edited in its place', async () => {
    expect(await stage.channel.edit?.('7:15', outbound({ text: 'Now **50**' }), never)).toEqual({
      status: 'delivered',
      providerMessageId: '7:15',
    });
    expect(stage.telegram.calls[0]).toMatchObject({
      method: 'editMessageText',
      refusal: undefined,
      payload: { chat_id: 7, message_id: 15, text: 'Now 50' },
    });
  });

  it('is edited already when nothing changed', async () => {
    stage.telegram.meet({ ...refuse(400, 'Bad Request: message is not modified'), method: 'editMessageText' });
    expect(await stage.channel.edit?.('7:15', outbound(), never)).toMatchObject({ status: 'delivered' });
  });

  it('cannot be edited under a name that is none', async () => {
    expect(await stage.channel.edit?.('nonsense', outbound(), never)).toMatchObject({ status: 'rejected' });
  });
});

describe('the sign that the bot writes', () => {
  it('is shown when the answer takes a moment, and not when it is there at once', async () => {
    const clock = new FakeClock();
    await using slow = await openTelegram({}, clock);
    const shown = slow.channel.typing?.('7', never);
    expect(await send(slow.channel)).toMatchObject({ status: 'delivered' });
    // It waits no longer, so that nothing of the turn stays in memory for it.
    await shown;
    await clock.advance(1000);
    expect(slow.telegram.calls.map(({ method }) => method)).toEqual(['sendMessage']);
    void slow.channel.typing?.('7', never);
    await clock.advance(1000);
    await slow.telegram.called('sendChatAction', 1);
  });
});

describe('the network client', () => {
  it('speaks to no other host than the configured one, and the token is in no log line', async () => {
    await stage.channel.typing?.('7/3', never);
    expect(stage.telegram.calls).toEqual([
      {
        bot: 42,
        method: 'sendChatAction',
        payload: { chat_id: 7, action: 'typing', message_thread_id: 3 },
        refusal: undefined,
      },
    ]);
    await expect(stage.channel.typing?.('7', AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(stage.lines.join()).not.toContain(token.split(':')[1]);
  });
});
