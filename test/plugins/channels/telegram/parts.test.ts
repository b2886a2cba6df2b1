import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenTelegram, openTelegram, outbound, refuse, send } from './open-telegram.ts';

let stage: OpenTelegram;
beforeEach(async () => {
  stage = await openTelegram({ webhookSecret: 'hook' });
});
afterEach(() => stage[Symbol.asyncDispose]());

const said = () => stage.telegram.sent.map(({ method, text }) => [method, text]);
const photo = { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' } as const;

describe('a file that Telegram cannot fetch', () => {
  it('is told by its name and address, and the log hears of its host alone', async () => {
    const invoice = {
      id: '2',
      kind: 'document',
      mediaType: 'application/pdf',
      name: 'invoice.pdf',
      url: 'http://localhost:8080/i.pdf?key=secret',
    } as const;
    const drawing = {
      id: '3',
      kind: 'image',
      mediaType: 'image/png',
      name: 'plan',
      url: 'data:image/png;base64,aaaa',
    } as const;
    expect(
      await send(stage.channel, { text: 'Your **invoice**:', attachments: [invoice, photo, drawing] }),
    ).toMatchObject({
      status: 'delivered',
    });
    expect(said()).toEqual([
      ['sendPhoto', 'Your invoice:\n\ninvoice.pdf http://localhost:8080/i.pdf?key=secret\nplan'],
    ]);
    expect(stage.lines.join('\n')).toContain('"host":"localhost:8080"');
    expect(stage.lines.join('\n')).not.toMatch(/i\.pdf|secret|invoice/);
  });

  it('is told also where it is all that was to be sent', async () => {
    const attachments = [{ ...photo, url: 'https://intranet/l.png' }];
    expect(await send(stage.channel, { text: '', attachments })).toMatchObject({ status: 'delivered' });
    expect(said()).toEqual([['sendMessage', 'https://intranet/l.png']]);
  });
});

describe('a message of several calls', () => {
  const text = 'a'.repeat(1025);

  it('goes on behind one that may have arrived, and is uncertain at its end', async () => {
    stage.telegram.meet({ kind: 'reset after delivery' });
    expect(await send(stage.channel, { text, attachments: [photo] })).toEqual({ status: 'uncertain' });
    expect(said()).toEqual([
      ['sendMessage', text],
      ['sendPhoto', ''],
    ]);
  });

  it('is still uncertain where its rest went out at the next try, and repeats nothing', async () => {
    stage.telegram.meet(
      { kind: 'reset after delivery' },
      refuse(429, 'Too Many Requests: retry after 2', { retry_after: 2 }),
    );
    expect(await send(stage.channel, { text, attachments: [photo] })).toMatchObject({ retryAfterMs: 2000 });
    expect(await send(stage.channel, { text, attachments: [photo] })).toEqual({ status: 'uncertain' });
    expect(said().map(([method]) => method)).toEqual(['sendMessage', 'sendPhoto']);
  });

  it('sends what may not have arrived, and nothing else, when somebody sends it again', async () => {
    stage.telegram.meet({ kind: 'reset after delivery' });
    expect(await send(stage.channel, { text, attachments: [photo] })).toEqual({ status: 'uncertain' });
    expect(await send(stage.channel, { text, attachments: [photo] })).toMatchObject({ status: 'delivered' });
    expect(said().map(([method]) => method)).toEqual(['sendMessage', 'sendPhoto', 'sendMessage']);
  });

  it('goes on where it was in another process', async () => {
    const kept: string[] = [];
    const message = outbound({ text, attachments: [photo] });
    await stage.channel.send?.(message, new AbortController().signal, async (told) => kept.push(told) > 0);
    await using other = await openTelegram({ webhookSecret: 'hook' });
    const first = `7:${stage.telegram.sent[0]?.messageId}`;
    expect(kept).toHaveLength(1);
    const again = await send(other.channel, { ...message, progress: kept[0] ?? '' });
    expect(again).toEqual({ status: 'delivered', providerMessageId: first });
    expect(other.telegram.sent.map(({ method }) => method)).toEqual(['sendPhoto']);
  });

  it('goes no further when the person opts out meanwhile', async () => {
    const message = outbound({ text, attachments: [photo] });
    const result = await stage.channel.send?.(message, new AbortController().signal, async () => false);
    expect(result).toEqual({ status: 'rejected', reason: 'opted-out' });
    expect(said().map(([method]) => method)).toEqual(['sendMessage']);
  });

  it.each([
    ['{'],
    ['[]'],
    ['{"count":3,"next":1,"providerMessageId":"7:1","unsure":[]}'],
    ['{"count":2,"next":9,"providerMessageId":"7:1","unsure":[]}'],
    ['{"count":2,"next":1,"unsure":[]}'],
  ])('goes out whole where what was kept says nothing of it: %s', async (progress) => {
    expect(await send(stage.channel, { text, attachments: [photo], progress })).toMatchObject({ status: 'delivered' });
    expect(said().map(([method]) => method)).toEqual(['sendMessage', 'sendPhoto']);
  });
});
