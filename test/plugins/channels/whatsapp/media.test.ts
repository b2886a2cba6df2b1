import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PolyphonError } from 'polyphon/plugin';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMediaAddress } from '../../../../plugins/channels/whatsapp/media.ts';
import { type FakeWhatsapp, startFakeWhatsapp } from '../../../kit/index.ts';
import { type OpenChannel, openChannel } from './open-channel.ts';

describe('a file that a person sent', () => {
  let meta: FakeWhatsapp;
  let open: OpenChannel;
  let thief: Server;
  let thiefUrl: string;
  const stolen: string[] = [];
  beforeEach(async () => {
    stolen.length = 0;
    thief = createServer((request, response) => {
      stolen.push(JSON.stringify(request.headers));
      response.end('mine');
    }).listen(0, '127.0.0.1');
    await once(thief, 'listening');
    thiefUrl = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/lamp.png`;
    meta = await startFakeWhatsapp();
    open = await openChannel(meta, { maxMediaBytes: 1000 }, [new URL(thiefUrl).host]);
  });
  afterEach(async () => {
    await open[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
    thief.closeAllConnections();
    await new Promise((resolve) => thief.close(resolve));
  });

  const get = (id: string, url?: string) =>
    (open.channel.fetchMedia as NonNullable<typeof open.channel.fetchMedia>)(
      { id, kind: 'image', mediaType: 'image/png', ...(url === undefined ? {} : { url }) },
      open.signal,
    );
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'fetched',
      (error: unknown) => (error instanceof PolyphonError ? error.code : String(error)),
    );

  it('is fetched by its id with the token of the bot', async () => {
    const bytes = Buffer.from('the bytes of a lamp');
    const id = meta.addMedia({ bytes, mediaType: 'audio/ogg; codecs=opus' });
    expect(await get(id)).toEqual({ bytes: new Uint8Array(bytes), mediaType: 'audio/ogg' });
    expect(meta.requests[0]?.path).toBe(`/v23.0/${id}?phone_number_id=${meta.phoneNumberId}`);
  });

  it('is not fetched from a host that is not the platform’s, and no token goes there', async () => {
    const id = meta.addMedia({ bytes: Buffer.from('x'), mediaType: 'image/png', url: thiefUrl });
    expect(await codeOf(get(id))).toBe('WAP3302');
    expect(stolen).toEqual([]);
  });

  describe('whose address leads on', () => {
    let graph: Server;
    let origin: string;
    let leadsTo: string;
    beforeEach(async () => {
      graph = createServer((request, response) => {
        if (request.url === '/on') response.writeHead(302, { location: leadsTo }).end();
        else if (request.url === '/lamp.png') response.end(String(request.headers.authorization));
        else response.end(JSON.stringify({ url: `${origin}/on` }));
      }).listen(0, '127.0.0.1');
      await once(graph, 'listening');
      origin = `http://127.0.0.1:${(graph.address() as AddressInfo).port}`;
    });
    afterEach(async () => {
      graph.closeAllConnections();
      await new Promise((resolve) => graph.close(resolve));
    });
    const getThere = async () => {
      const hosts = [new URL(origin).host, new URL(thiefUrl).host];
      await using there = await openChannel(meta, { baseUrl: origin }, hosts);
      const file = await there.channel.fetchMedia?.({ id: '1', kind: 'image', mediaType: 'image/png' }, there.signal);
      return Buffer.from(file?.bytes ?? []).toString();
    };

    it('within the platform is fetched there', async () => {
      leadsTo = '/lamp.png';
      expect(await getThere()).toBe(`Bearer ${meta.accessToken}`);
    });

    it('to another host is not asked for there', async () => {
      leadsTo = thiefUrl;
      expect(await codeOf(getThere())).toBe('WAP3302');
      expect(stolen).toEqual([]);
    });

    it.each(['/on', 'http://'])('to %s ends with a name', async (location) => {
      leadsTo = location;
      expect(await codeOf(getThere())).toMatch(/^WAP330[12]$/);
    });
  });

  it('is asked for by its id whatever address its message forges', async () => {
    const id = meta.addMedia({ bytes: Buffer.from('the right one'), mediaType: 'image/png' });
    expect(Buffer.from((await get(id, thiefUrl)).bytes).toString()).toBe('the right one');
    expect(stolen).toEqual([]);
  });

  it.each(['../me', 'a/b', '', 'x?fields=token', 'x'.repeat(129)])('whose id is %j is not asked for', async (id) => {
    expect(await codeOf(get(id))).toBe('WAP3301');
    expect(meta.requests).toEqual([]);
  });

  it('that Meta does not have any more is an error with a name', async () => {
    expect(await codeOf(get('12345'))).toBe('WAP3306');
  });

  it('whose address has ended meanwhile is gone too', async () => {
    const id = meta.addMedia({ bytes: Buffer.from('x'), mediaType: 'image/png', url: `${meta.baseUrl}/files/none` });
    expect(await codeOf(get(id))).toBe('WAP3306');
  });

  it('that Meta refuses to give is another error than one that is gone', async () => {
    const id = meta.addMedia({ bytes: Buffer.from('x'), mediaType: 'image/png' });
    await using other = await openChannel(meta, { accessToken: 'an-expired-token' });
    const fetching = other.channel.fetchMedia?.({ id, kind: 'image', mediaType: 'image/png' }, other.signal);
    expect(await codeOf(Promise.resolve(fetching))).toBe('WAP3301');
  });

  it('larger than the limit is not fetched', async () => {
    const id = meta.addMedia({ bytes: Buffer.alloc(1001), mediaType: 'image/png' });
    expect(await codeOf(get(id))).toBe('NET6003');
    expect(meta.requests).toHaveLength(1);
  });
});

describe('the address of a file', () => {
  const origin = 'https://graph.facebook.com';
  it.each([
    'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1',
    'https://scontent-iad3-1.xx.fbcdn.net/v/x.jpg',
    'https://mmg.whatsapp.net/x',
    'https://graph.facebook.com/v23.0/x',
  ])('%s is Meta’s', (url) => expect(isMediaAddress(url, origin)).toBe(true));

  it.each([
    'http://lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'https://lookaside.fbsbx.com.evil.example/x',
    'https://evil-fbcdn.net/x',
    'https://evil.example/lookaside.fbsbx.com',
    'https://lookaside.fbsbx.com@evil.example/x',
    'https://user:pass@lookaside.fbsbx.com/x',
    'file:///etc/passwd',
    'nothing',
  ])('%s is not', (url) => expect(isMediaAddress(url, origin)).toBe(false));
});
