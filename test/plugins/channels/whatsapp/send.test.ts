import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendResult } from 'polyphon/plugin';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../../kit/index.ts';
import { type OpenChannel, openChannel, outbound } from './open-channel.ts';

const person = '16505551234';

describe('sending', () => {
  let meta: FakeWhatsapp;
  let open: OpenChannel;
  beforeEach(async () => {
    meta = await startFakeWhatsapp({
      templates: [{ name: 'we_have_an_answer', language: 'en', parameters: 0 }],
      pairBurst: 3,
    });
    open = await openChannel(meta);
    await writes();
  });
  afterEach(async () => {
    await open[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  /** Opens the window, as if the person had just written. */
  const writes = () => meta.deliver(meta.baseUrl, { messages: [meta.message(person, 'Hello')] });
  const send = (text = 'Hi', id = 'out_1') =>
    (open.channel.send as NonNullable<typeof open.channel.send>)(outbound({ text, id }), open.signal);

  it('names each part of a message, and the last as the whole: a status of it says that all is out', async () => {
    const attachments = [1, 2].map((index) => ({
      id: String(index),
      kind: 'sticker' as const,
      mediaType: 'image/webp',
      url: `https://shop.example/${index}.webp`,
    }));
    await open.channel.send?.(outbound({ text: 'Hi', id: 'out_7', attachments }), open.signal);
    expect(meta.sent.map(({ body }) => body['biz_opaque_callback_data'])).toEqual(['out_7#1', 'out_7#2', 'out_7']);
  });

  it('gives back the id that statuses will name', async () => {
    expect(await send()).toEqual({ status: 'delivered', providerMessageId: meta.sent[0]?.id });
  });

  it.each<[number, number, SendResult]>([
    [400, 131047, { status: 'rejected', reason: 'window-closed' }],
    [400, 131026, { status: 'rejected', reason: 'undeliverable' }],
    [400, 131051, { status: 'rejected', reason: 'message-type-unsupported' }],
    [400, 131056, { status: 'rejected', reason: 'pair-rate-limited', retryAfterMs: 6000 }],
    [429, 130429, { status: 'rejected', reason: 'rate-limited', retryAfterMs: 5000 }],
    [400, 80007, { status: 'rejected', reason: 'rate-limited', retryAfterMs: 60_000 }],
    [401, 190, { status: 'rejected', reason: 'access-token-invalid' }],
    [401, 102, { status: 'rejected', reason: 'access-token-invalid' }],
    [401, 2500, { status: 'rejected', reason: 'access-token-invalid' }],
    [429, 999_999, { status: 'rejected', reason: 'rate-limited', retryAfterMs: 1000 }],
    [404, 803, { status: 'rejected', reason: 'object-unknown' }],
    [404, 132001, { status: 'rejected', reason: 'template-unknown' }],
    [400, 132999, { status: 'rejected', reason: 'template-refused' }],
    [400, 100, { status: 'rejected', reason: 'parameter-invalid' }],
    [403, 10, { status: 'rejected', reason: 'permission-missing' }],
    [403, 294, { status: 'rejected', reason: 'permission-missing' }],
    [400, 999_999, { status: 'rejected', reason: 'refused' }],
    [500, 131000, { status: 'rejected', reason: 'unknown-error', retryAfterMs: 5000 }],
    [503, 2, { status: 'rejected', reason: 'service-unavailable', retryAfterMs: 5000 }],
    [500, 999_999, { status: 'rejected', reason: 'service-unavailable', retryAfterMs: 1000 }],
  ])('%i with code %i has a name, and a time where another try makes sense', async (status, code, result) => {
    meta.fail({ kind: 'answer', status, code });
    expect(await send()).toEqual(result);
    expect(meta.sent).toEqual([]);
  });

  it('waits as long as Meta asks', async () => {
    meta.fail({ kind: 'answer', status: 429, code: 130429, retryAfterSeconds: 90 });
    expect(await send()).toMatchObject({ retryAfterMs: 90_000 });
  });

  it('with a wrong token says so', async () => {
    await using wrong = await openChannel(meta, { accessToken: 'EAAsomebodyelse' });
    expect(await wrong.channel.send?.(outbound({ text: 'Hi' }), wrong.signal)).toEqual({
      status: 'rejected',
      reason: 'access-token-invalid',
    });
    expect(wrong.lines.join('')).not.toContain('EAAsomebodyelse');
    expect(wrong.lines.join('')).toContain('Make a new one of a system user');
  });

  it('that is refused is told in the log by the name of the reason', async () => {
    meta.fail({ kind: 'answer', status: 400, code: 132015 });
    await send();
    expect(open.lines.join('')).toContain('"reason":"template-paused","code":132015');
  });

  it('to one person too fast is refused for now', async () => {
    for (const _ of [1, 2, 3]) expect(await send()).toMatchObject({ status: 'delivered' });
    expect(await send()).toEqual({ status: 'rejected', reason: 'pair-rate-limited', retryAfterMs: 6000 });
    meta.advance(60_000);
    expect(await send()).toMatchObject({ status: 'delivered' });
  });

  it('of which the answer is lost is uncertain', async () => {
    meta.fail({ kind: 'lost' });
    expect(await send()).toEqual({ status: 'uncertain' });
    expect(meta.sent).toHaveLength(1);
  });

  it('that breaks off before an answer is uncertain', async () => {
    meta.fail({ kind: 'reset' });
    expect(await send()).toEqual({ status: 'uncertain' });
  });

  it('to a closed port is tried again', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await using nowhere = await openChannel(meta, { baseUrl: `http://127.0.0.1:${port}` }, [`127.0.0.1:${port}`]);
    expect(await nowhere.channel.send?.(outbound({ text: 'Hi' }), nowhere.signal)).toEqual({
      status: 'rejected',
      reason: 'unreachable',
      retryAfterMs: 1000,
    });
  });

  it('to a private address nobody allowed is never tried', async () => {
    await using inner = await openChannel(meta, { baseUrl: 'http://10.0.0.1' });
    expect(await inner.channel.send?.(outbound({ text: 'Hi' }), inner.signal)).toEqual({
      status: 'rejected',
      reason: 'address-refused',
    });
  });

  it('while the process stops leaves the message for the next start', async () => {
    expect(await open.channel.send?.(outbound({ text: 'Hi' }), AbortSignal.abort())).toMatchObject({
      status: 'rejected',
      reason: 'stopping',
      retryAfterMs: 1000,
    });
    expect(meta.sent).toEqual([]);
  });

  it('of several parts goes on after the part that was taken', async () => {
    const picture = { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' } as const;
    const message = outbound({ attachments: [picture, picture], text: 'Both' });
    const again = () => open.channel.send?.(message, open.signal);
    meta.fail({ kind: 'none' }, { kind: 'answer', status: 503 });
    expect(await again()).toMatchObject({ status: 'rejected' });
    expect(await again()).toMatchObject({ status: 'delivered' });
    expect(meta.sent.map(({ text }) => text)).toEqual(['', 'Both']);
  });

  it('of several parts goes no further when the person opts out meanwhile', async () => {
    const picture = { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' } as const;
    const message = outbound({ attachments: [picture, picture], text: 'Both' });
    const result = await open.channel.send?.(message, open.signal, async () => false);
    expect(result).toEqual({ status: 'rejected', reason: 'opted-out' });
    expect(meta.sent.map(({ type }) => type)).toEqual(['image']);
  });

  it('of several parts goes on after the parts that were taken in another process too', async () => {
    const picture = { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' } as const;
    const message = outbound({ attachments: [picture, picture], text: `${'Long. '.repeat(200)}End` });
    meta.fail({ kind: 'none' }, { kind: 'lost' });
    const kept: string[] = [];
    const first = await open.channel.send?.(message, open.signal, async (progress) => kept.push(progress) > 0);
    expect(first).toEqual({ status: 'uncertain' });
    const again = async (progress: string) => {
      await using other = await openChannel(meta);
      meta.advance(20_000);
      return await other.channel.send?.({ ...message, progress }, other.signal);
    };
    // The process may have ended behind the first part, or gone on to the end.
    expect(kept).toHaveLength(3);
    await again(kept[0] ?? '');
    expect(meta.sent.map(({ type }) => type)).toEqual(['image', 'image', 'text', 'image', 'text']);
    expect(await again(kept[2] ?? '')).toEqual({ status: 'delivered', providerMessageId: meta.sent[2]?.id });
    expect(meta.sent.slice(5).map(({ type }) => type)).toEqual(['image']);
    for (const unfit of ['{', '{"count":2,"taken":{"0":"wamid.x"}}']) await again(unfit);
    expect(meta.sent).toHaveLength(12);
  });

  it.each([
    ['5592981723241', '559281723241'],
    ['525639691841', '5215639691841'],
    ['541158749895', '5491158749895'],
    ['5511912345678', undefined],
  ])('tells under which id Meta knows %s, also of a message of several parts', async (dialled, waId) => {
    await using byCountry = await startFakeWhatsapp({ waIds: 'by-country' });
    await using other = await openChannel(byCountry);
    await byCountry.deliver(byCountry.baseUrl, { messages: [byCountry.message(waId ?? dialled, 'Hello')] });
    const picture = { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/l.png' } as const;
    for (const attachments of [[], [picture, picture]]) {
      const message = outbound({ conversation: dialled, text: 'Hi', attachments, id: `out_${attachments.length}` });
      const result = await other.channel.send?.(message, other.signal);
      expect(result).toEqual({
        status: 'delivered',
        providerMessageId: byCountry.sent.at(-1)?.id,
        ...(waId === undefined ? {} : { conversation: waId }),
      });
    }
  });

  it('after the 24 hours by the clock of Meta says so, and sends the template of the bot', async () => {
    await using mapped = await openChannel(meta, { templates: { continue: 'we_have_an_answer' } });
    meta.advance(86_401_000);
    const message = outbound({ text: 'Hi' });
    expect(await mapped.channel.send?.(message, mapped.signal)).toEqual({
      status: 'rejected',
      reason: 'window-closed',
    });
    const instead = mapped.channel.outsideWindow?.(message);
    expect(await mapped.channel.send?.(instead ?? message, mapped.signal)).toMatchObject({ status: 'delivered' });
    expect(meta.sent).toMatchObject([{ type: 'template', text: 'we_have_an_answer' }]);
    expect(await send()).toEqual({ status: 'rejected', reason: 'window-closed' });
  });

  it('logs the code and neither words nor token', async () => {
    meta.fail({ kind: 'answer', status: 400, code: 131026 });
    await send('marzipan');
    expect(open.lines).toEqual([
      JSON.stringify({
        message: 'Meta refused a message.',
        status: 400,
        reason: 'undeliverable',
        code: 131026,
        trace: 'AfakeTrace0123456789',
      }),
    ]);
  });
});

describe('the sign that the bot writes', () => {
  it('marks the last message of the conversation read; of others nothing is known and nothing is sent', async () => {
    await using meta = await startFakeWhatsapp();
    await using open = await openChannel(meta);
    await open.channel.typing?.(person, open.signal);
    expect(meta.requests).toEqual([]);
  });
});
