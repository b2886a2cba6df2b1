import type { Attachment } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { startFakeTwilio } from '../../../kit/index.ts';
import { openChannel, outbound } from './open-channel.ts';

const signal = new AbortController().signal;
const conversation = 'whatsapp:+491701234567';
const file = (kind: Attachment['kind'], name: string): Attachment => ({
  id: name,
  kind,
  mediaType: 'application/octet-stream',
  url: `https://shop.example/${name}`,
});

/** What people see of a message with these files, as text and file. */
async function seen(from: string, text: string, attachments: readonly Attachment[], actions: readonly string[] = []) {
  await using twilio = await startFakeTwilio();
  await using opened = await openChannel(twilio, { from });
  const choices = actions.map((url, index) => ({ id: String(index), label: 'Shop', url }));
  const to = from.startsWith('whatsapp:') ? { conversation } : {};
  const result = await opened.channel.send?.(outbound({ ...to, text, attachments, actions: choices }), signal);
  return { result, messages: twilio.sent.map(({ body, mediaUrls }) => [body, ...mediaUrls]) };
}

describe('a text with a file', () => {
  it.each(['image', 'video'] as const)('stands below an %s on WhatsApp', async (kind) => {
    const { messages } = await seen('whatsapp:+15550001111', 'Look', [file(kind, 'a')]);
    expect(messages).toEqual([['Look', 'https://shop.example/a']]);
  });

  it.each(['document', 'audio', 'contact', 'sticker'] as const)(
    'goes ahead of a file of kind %s on WhatsApp, below which nobody would see it',
    async (kind) => {
      const { messages, result } = await seen('whatsapp:+15550001111', 'Our prices', [file(kind, 'a')]);
      expect(messages).toEqual([['Our prices'], ['', 'https://shop.example/a']]);
      expect(result).toMatchObject({ status: 'delivered' });
    },
  );

  it('goes ahead of a picture on WhatsApp where it is longer than what may stand below one', async () => {
    const most = 'a'.repeat(1024);
    const picture = [file('image', 'a')];
    expect((await seen('whatsapp:+15550001111', most, picture)).messages).toEqual([[most, 'https://shop.example/a']]);
    expect((await seen('whatsapp:+15550001111', `${most}a`, picture)).messages).toEqual([
      [`${most}a`],
      ['', 'https://shop.example/a'],
    ]);
  });

  it('is one MMS, of whatever kind and length', async () => {
    const text = 'a'.repeat(1600);
    const { messages } = await seen('+15550001111', text, [file('document', 'a')]);
    expect(messages).toEqual([[text, 'https://shop.example/a']]);
  });
});

describe('links that do not fit below a text', () => {
  it('come after it, and nothing is refused', async () => {
    const text = 'a'.repeat(1590);
    expect(await seen('+4930111222', text, [file('document', 'list.pdf')])).toEqual({
      result: { status: 'delivered', providerMessageId: expect.any(String), note: '12 segments, GSM-7' },
      messages: [[text], ['https://shop.example/list.pdf']],
    });
  });

  it('stand below the file where there is one', async () => {
    const text = 'a'.repeat(1590);
    const { messages } = await seen('+15550001111', text, [file('image', 'a')], ['https://shop.example']);
    expect(messages).toEqual([[text], ['Shop: https://shop.example', 'https://shop.example/a']]);
  });

  it('are too long where they are longer than a message themselves', async () => {
    const { result, messages } = await seen('+4930111222', 'See', [], [`https://shop.example/${'a'.repeat(1600)}`]);
    expect(result).toEqual({ status: 'rejected', reason: 'too-long' });
    expect(messages).toEqual([]);
  });
});
