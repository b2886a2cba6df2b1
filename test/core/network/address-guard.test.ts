import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPublicAddress } from '../../../core/network/address-guard.ts';
import { createHttp } from '../../../core/network/http-client.ts';
import { client, refusal, serve, signal, silent } from './client-bench.ts';
import { ManualClock } from './manual-clock.ts';

const payloads = JSON.parse(
  readFileSync(new URL('../../fixtures/security/ssrf-urls.json', import.meta.url), 'utf8'),
) as Record<string, string[] | string>;
const addresses = Object.entries(payloads).flatMap(([group, urls]) =>
  Array.isArray(urls) ? urls.map((url) => [group, url] as const) : [],
);

describe('the guard against inner addresses', () => {
  it('is tested with all 55 addresses', () => expect(addresses).toHaveLength(55));

  it.each(addresses)('refuses %s %s without opening a connection', async (_group, url) => {
    const inner = await serve((_request, response) => response.end('secret'));
    // Every name resolves inwards, to a place where somebody listens.
    const http = createHttp({
      allowPrivate: [`allowed.test:${inner.port}`],
      clock: new ManualClock(),
      log: silent,
      resolve: async () => ['127.0.0.1'],
    });
    onTestFinished(() => http[Symbol.asyncDispose]());
    expect((await refusal(http.fetch(url, { signal }))).code).toBe('NET6001');
    expect(inner.connections()).toBe(0);
  });

  it.each([
    ['10.0.0.1'],
    ['172.16.0.1'],
    ['192.168.1.1'],
    ['169.254.169.254'],
    ['100.100.100.200'],
    ['168.63.129.16'],
    ['0.0.0.0'],
    ['255.255.255.255'],
    ['224.0.0.1'],
    ['198.18.0.1'],
    ['203.0.113.9'],
    ['::1'],
    ['::'],
    ['::127.0.0.1'],
    ['::ffff:10.0.0.1'],
    ['::ffff:7f00:1'],
    ['64:ff9b::7f00:1'],
    ['64:ff9b::169.254.169.254'],
    ['64:ff9b:1::1'],
    ['2002:7f00:1::'],
    ['2001:0:7f00:1::'],
    ['fe80::1'],
    ['fec0::1'],
    ['fc00::1'],
    ['fd00:ec2::254'],
    ['ff02::1'],
    ['2001:db8::1'],
    ['100::1'],
    ['not an address'],
  ])('holds %s for an inner address', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([['93.184.216.34'], ['1.1.1.1'], ['2606:4700:4700::1111'], ['64:ff9b::1.1.1.1'], ['::ffff:1.1.1.1']])(
    'holds %s for a public address',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it('refuses a name of which one address is inner', async () => {
    const { http } = client([], { 'mixed.test': ['93.184.216.34', '10.0.0.7'] });
    expect((await refusal(http.fetch('http://mixed.test/', { signal }))).code).toBe('NET6001');
  });

  it('connects to the address it has checked, whatever DNS says later', async () => {
    const { port } = await serve((_request, response) => response.end('ok'));
    let asked = 0;
    const http = createHttp({
      allowPrivate: [`rebind.test:${port}`],
      clock: new ManualClock(),
      log: silent,
      resolve: async () => {
        asked += 1;
        return asked === 1 ? ['127.0.0.1'] : ['127.0.0.99'];
      },
    });
    onTestFinished(() => http[Symbol.asyncDispose]());
    const response = await http.fetch(`http://rebind.test:${port}/`, { signal });
    expect(await response.text()).toBe('ok');
    expect(asked).toBe(1);
  });

  it('lets an allowed host through on its port only', async () => {
    const open = await serve((_request, response) => response.end('ok'));
    const other = await serve((_request, response) => response.end('secret'));
    const { http } = client([`127.0.0.1:${open.port}`]);
    expect(await (await http.fetch(`http://127.0.0.1:${open.port}/`, { signal })).text()).toBe('ok');
    expect((await refusal(http.fetch(`http://127.0.0.1:${other.port}/`, { signal }))).code).toBe('NET6001');
    expect(other.connections()).toBe(0);
  });

  it('checks again at each redirect', async () => {
    const inner = await serve((_request, response) => response.end('secret'));
    const targets = [
      `http://127.0.0.1:${inner.port}/`,
      `http://inner.test:${inner.port}/`,
      'file:///etc/passwd',
      `http://u:p@127.0.0.1:${inner.port}/`,
    ];
    let next = 0;
    const open = await serve((_request, response) => response.writeHead(302, { location: targets[next] }).end());
    const { http } = client([`127.0.0.1:${open.port}`], { 'inner.test': ['127.0.0.1'] });
    for (next = 0; next < targets.length; next += 1) {
      expect((await refusal(http.fetch(`http://127.0.0.1:${open.port}/`, { signal }))).code).toBe('NET6001');
    }
    expect(inner.connections()).toBe(0);
  });

  it.each([
    ['http://127.0.0.1:8123/botTOKEN?key=TOKEN#TOKEN', '127.0.0.1:8123'],
    ['http://printer.local/TOKEN', 'printer.local:80'],
    ['https://inner.test/TOKEN', 'inner.test:443'],
    ['http://[::1]:8080/TOKEN', '[::1]:8080'],
    ['https://api.test:25/TOKEN', 'api.test:25'],
  ])('names of %s the host and port alone, as the settings want them', async (url, place) => {
    const { http } = client([], { 'inner.test': ['10.0.0.7'] });
    const error = await refusal(http.fetch(url, { signal }));
    expect(error).toMatchObject({
      code: 'NET6001',
      message: expect.stringContaining(`add ${place} to http.allowPrivate`),
    });
    expect(error.message).not.toContain('TOKEN');
  });

  it('refuses a user name or password in the address, and repeats neither them nor the path', async () => {
    const { http } = client([]);
    const error = await refusal(http.fetch('https://user:hunter2@api.test/bot123:TOKEN/x', { signal }));
    expect(error).toMatchObject({ code: 'NET6001', message: expect.stringContaining('api.test') });
    expect(error.message).not.toMatch(/user:|hunter2|TOKEN/);
  });
});
