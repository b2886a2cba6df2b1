import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Attachment, type Channel, PolyphonError } from '../../../core/contract/index.ts';
import type { MessageFile } from '../../../core/conversation/operator/message-file.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

const asOperator = { headers: { authorization: 'Bearer operator-token-1' } };
const address = '/v1/praxis/conversations/c1/messages/m1/media/0';

class FetchingKernel extends FakeKernel {
  override async channel(tenantId: string, key: string) {
    const lease = await super.channel(tenantId, key);
    const fetchMedia: Channel['fetchMedia'] = async () => ({ bytes: new Uint8Array(), mediaType: 'image/png' });
    return { ...lease, channel: { ...lease.channel, fetchMedia } };
  }
}

async function served(file: Partial<MessageFile>) {
  const running = await startServer(new FetchingKernel());
  running.conversations.file = async () => ({
    bytes: new Uint8Array([1, 2, 3]),
    mediaType: 'image/png',
    kind: 'image',
    ...file,
  });
  return await fetch(`${running.url}${address}`, asOperator);
}

describe('the file of a message', () => {
  it('is given with its type, nothing that it could run, and nothing kept', async () => {
    const response = await served({ name: 'my lamp.png' });
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '3',
      'content-disposition': 'inline; filename="my lamp.png"',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
  });

  it.each([
    ['image/jpeg', 'image', 'inline; filename="image.jpg"'],
    ['IMAGE/GIF', 'image', 'inline; filename="image.gif"'],
    ['image/webp', 'sticker', 'inline; filename="sticker.webp"'],
    ['audio/ogg; codecs=opus', 'audio', 'inline; filename="audio.ogg"'],
    ['video/mp4', 'video', 'inline; filename="video.mp4"'],
    ['application/pdf', 'document', 'attachment; filename="document"'],
    ['text/plain', 'document', 'attachment; filename="document"'],
  ] as const)('%s is given as it is', async (mediaType, kind, disposition) => {
    const response = await served({ mediaType, kind });
    expect(response.headers.get('content-type')).toBe(mediaType.split(';')[0]?.toLowerCase());
    expect(response.headers.get('content-disposition')).toBe(disposition);
  });

  it.each([
    'text/html',
    'TEXT/HTML; charset=utf-8',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/xml',
    'text/javascript',
    'application/vnd.mozilla.xul+xml',
    'multipart/x-mixed-replace',
    'audio/ogg, text/html',
    '__proto__',
    'constructor',
    '',
    'nonsense',
  ])('%j is saved as bytes, and never shown', async (mediaType) => {
    const response = await served({ mediaType, kind: 'image', name: 'page.html' });
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="page.html"');
  });

  it.each([
    ['../../etc/passwd', 'inline; filename="passwd"'],
    [
      'a"b\r\nx-evil: 1.png',
      'inline; filename="a\\"b??x-evil: 1.png"; filename*=UTF-8\'\'a%22b%0D%0Ax-evil%3A%201.png',
    ],
    ['Übersicht 😀.png', 'inline; filename="Übersicht ??.png"; filename*=UTF-8\'\'%C3%9Cbersicht%20%F0%9F%98%80.png'],
    ['half \ud83d.png', 'inline; filename="half ?.png"; filename*=UTF-8\'\'half%20%EF%BF%BD.png'],
  ])('is named %j without a way out of the header', async (name, disposition) => {
    const response = await served({ name });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(disposition);
    expect(response.headers.get('x-evil')).toBeNull();
  });

  it.each(['/-1', '/1.5', '/x', '/1000', '/0/more', ''])('is at a number: %j is none', async (ending) => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}${address.replace(/\/0$/, ending)}`, asOperator);
    expect(response.status).toBe(404);
    await problemIn(response);
  });

  it('is for operators only, and of tenants that are there', async () => {
    const { url } = await startServer(new FakeKernel());
    expect((await fetch(`${url}${address}`)).status).toBe(401);
    expect((await fetch(`${url}${address.replace('praxis', 'other')}`, asOperator)).status).toBe(404);
  });

  it.each([
    ['CNV5031', 404, 'The words.'],
    ['CNV5032', 410, 'The words.'],
    ['CNV5033', 409, 'The words.'],
    ['CNV5036', 422, 'The words.'],
    ['CNV5034', 502, 'Try again in a moment. The log'],
    ['CNV5035', 504, 'Try again in a moment: the platform'],
  ] as const)('that cannot be given is a problem with a next step: %s', async (code, status, detail) => {
    const running = await startServer(new FakeKernel());
    running.conversations.file = async () => {
      throw new PolyphonError(code, 'The words.', { cause: new Error('https://platform.example/bot123:token/x') });
    };
    const response = await fetch(`${running.url}${address}`, asOperator);
    expect(response.status).toBe(status);
    const problem = await problemIn(response);
    expect(problem).toMatchObject({ code, detail: expect.stringContaining(detail) });
    expect(JSON.stringify(problem)).not.toContain('platform.example');
  });

  it('is asked for no longer when the operator leaves', async () => {
    const running = await startServer(new FakeKernel());
    const asked = Promise.withResolvers<AbortSignal>();
    running.conversations.file = (_tenantId, _place, signal) => {
      asked.resolve(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    };
    const client = request(`${running.url}${address}`, asOperator);
    client.on('error', () => undefined).end();
    const signal = await asked.promise;
    const aborted = once(signal, 'abort');
    client.destroy();
    await aborted;
    await running.server.close();
    expect(running.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});

describe('the history of a conversation', () => {
  const photo: Attachment = { id: 'f1', kind: 'image', mediaType: 'image/png', url: 'https://platform.example/f1' };
  const place: Attachment = { id: 'location', kind: 'location', mediaType: 'application/geo+json', url: 'geo:1,2' };
  const history = async (kernel: FakeKernel, change: object) => {
    const running = await startServer(kernel);
    running.conversations.message = { ...running.conversations.message, attachments: [place, photo], ...change };
    const response = await fetch(`${running.url}/v1/praxis/conversations/c1/messages`, asOperator);
    return (await response.json()).messages[0].attachments;
  };

  const withEvent = async (change: object) => {
    const running = await startServer(new FetchingKernel());
    const message = { ...running.conversations.message, ...change };
    running.conversations.events = async function* (tenantId) {
      const at = '2026-11-21T08:00:00.000Z';
      yield { tenantId, at, type: 'channel.message.received', channel: 'web', conversation: 'c1', message };
    };
    return { url: running.url, message };
  };

  it('names where a file is that the platform holds, and not the platform’s own address', async () => {
    const { url: _, ...rest } = photo;
    expect(await history(new FetchingKernel(), {})).toEqual([
      place,
      { ...rest, media: '/v1/praxis/conversations/c1/messages/m1/media/1' },
    ]);
  });

  it('is told by events in the same words', async () => {
    const { message, url } = await withEvent({ attachments: [place, photo] });
    const response = await fetch(`${url}/v1/praxis/events`, asOperator);
    const [, data = ''] = /^data: (.*)$/m.exec(await response.text()) ?? [];
    expect(JSON.parse(data)).toMatchObject({
      type: 'channel.message.received',
      message: {
        id: message.id,
        attachments: [place, { id: 'f1', media: `/v1/praxis/conversations/c1/messages/m1/media/1` }],
      },
    });
    expect(data).not.toContain('platform.example');
  });

  it('leaves what came as a link, and what the bot or an operator sent, as it is', async () => {
    expect(await history(new FakeKernel(), {})).toEqual([place, photo]);
    expect(await history(new FetchingKernel(), { role: 'operator' })).toEqual([place, photo]);
  });

  it('names it too where the channel is gone, so that the operator is told so', async () => {
    expect((await history(new FakeKernel(), { channel: 'sms' }))[1]).toMatchObject({ media: expect.any(String) });
  });

  it('holds no channel longer than it takes', async () => {
    const kernel = new FetchingKernel();
    await history(kernel, {});
    expect(kernel.leases.open).toBe(0);
  });
});
