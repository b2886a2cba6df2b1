import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Logger, PolyphonError } from '../../../core/contract/index.ts';
import { isPublicAddress } from '../../../core/network/address-guard.ts';
import { createHttp } from '../../../core/network/http-client.ts';
import { ManualClock } from './manual-clock.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const payloads = JSON.parse(
  readFileSync(new URL('../../fixtures/security/ssrf-urls.json', import.meta.url), 'utf8'),
) as Record<string, string[] | string>;
const addresses = Object.entries(payloads).flatMap(([group, urls]) =>
  Array.isArray(urls) ? urls.map((url) => [group, url] as const) : [],
);

interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server on 127.0.0.1 that records what reaches it. */
async function serve(answer: RequestListener) {
  const requests: Recorded[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, requests, connections: () => connections };
}

function client(allowPrivate: readonly string[], names: Readonly<Record<string, readonly string[]>> = {}) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const http = createHttp({
    allowPrivate,
    clock,
    log: silent,
    resolve: async (name) => {
      asked.push(name);
      const found = names[name];
      if (found === undefined) throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      return found;
    },
  });
  onTestFinished(() => http[Symbol.asyncDispose]());
  return { http, clock, asked };
}

const { signal } = new AbortController();

async function refusal(promise: Promise<unknown>): Promise<PolyphonError> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PolyphonError)) throw error;
  return error;
}

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

  it('refuses a user name or password in the address, and never repeats an address in its message', async () => {
    const { http } = client([]);
    const error = await refusal(http.fetch('https://user:hunter2@api.test/bot123:TOKEN/x', { signal }));
    expect(error.code).toBe('NET6001');
    expect(error.message).not.toMatch(/hunter2|TOKEN/);
  });
});

describe('an outgoing request', () => {
  it('sends method, headers and body, and gives status, headers, address and body', async () => {
    const { port, requests } = await serve((_request, response) => response.writeHead(201, { 'x-a': 'b' }).end('made'));
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const response = await http.fetch(`http://127.0.0.1:${port}/things?a=1`, {
      method: 'POST',
      headers: { Authorization: 'Bearer t' },
      body: '{"a":1}',
      signal,
    });
    expect([response.status, response.headers.get('x-a'), response.url]).toEqual([
      201,
      'b',
      `http://127.0.0.1:${port}/things?a=1`,
    ]);
    expect(response).toBeInstanceOf(Response);
    expect(await response.text()).toBe('made');
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/things?a=1', body: '{"a":1}' });
    expect(requests[0]?.headers['authorization']).toBe('Bearer t');
    expect(clock.openDeadlines).toBe(0);
  });

  it('has a deadline over headers', async () => {
    const arrived = Promise.withResolvers<void>();
    const { port } = await serve(() => arrived.resolve());
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const promise = refusal(http.fetch(`http://127.0.0.1:${port}/`, { signal, timeoutMs: 5_000 }));
    await arrived.promise;
    clock.advance(5_000);
    expect((await promise).code).toBe('NET6002');
    expect(clock.openDeadlines).toBe(0);
  });

  it('has a deadline over the body', async () => {
    const { port } = await serve((_request, response) => response.write('first'));
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const response = await http.fetch(`http://127.0.0.1:${port}/`, { signal, timeoutMs: 5_000 });
    const text = refusal(response.text());
    clock.advance(5_000);
    expect((await text).code).toBe('NET6002');
  });

  it('rejects with the reason of the signal that its caller aborts', async () => {
    const arrived = Promise.withResolvers<void>();
    const { port } = await serve(() => arrived.resolve());
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const controller = new AbortController();
    const promise = http.fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    promise.catch(() => undefined);
    await arrived.promise;
    controller.abort(new Error('no longer wanted'));
    await expect(promise).rejects.toThrow('no longer wanted');
    expect(clock.openDeadlines).toBe(0);
  });

  it.each([
    [
      'announced',
      (response: Parameters<RequestListener>[1]) =>
        response.writeHead(200, { 'content-length': 2_000 }).end('x'.repeat(2_000)),
    ],
    [
      'unannounced',
      (response: Parameters<RequestListener>[1]) => {
        response.write('x'.repeat(1_500));
        response.end('x'.repeat(500));
      },
    ],
    [
      'packed small',
      (response: Parameters<RequestListener>[1]) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(2_000))),
    ],
  ])('refuses an answer over the limit (%s)', async (_name, write) => {
    const { port } = await serve((_request, response) => void write(response));
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const read = async () => (await http.fetch(`http://127.0.0.1:${port}/`, { signal, maxBytes: 1_000 })).text();
    expect((await refusal(read())).code).toBe('NET6003');
    expect(clock.openDeadlines).toBe(0);
  });

  it('streams an answer as it comes', async () => {
    const more = Promise.withResolvers<void>();
    const { port } = await serve((_request, response) => {
      response.write('one');
      void more.promise.then(() => response.end('two'));
    });
    const { http } = client([`127.0.0.1:${port}`]);
    const reader = (await http.fetch(`http://127.0.0.1:${port}/`, { signal })).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one');
    more.resolve();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('two');
  });

  it('fails, and does not hand over half an answer, when the connection breaks within a short body', async () => {
    const { port } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => request.socket.destroy());
    });
    const { http } = client([`127.0.0.1:${port}`]);
    const error = await refusal(http.fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'one', signal }));
    expect([error.code, error.data]).toEqual(['NET6004', {}]);
  });

  it('keeps its deadline while it reads a short body', async () => {
    const asked = Promise.withResolvers<void>();
    const { port } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      asked.resolve();
    });
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const failure = refusal(http.fetch(`http://127.0.0.1:${port}/`, { signal, timeoutMs: 500 }));
    await asked.promise;
    await clock.advance(500);
    expect((await failure).code).toBe('NET6002');
  });

  it('does not speak to mail servers, shells and the like', async () => {
    const { http, asked } = client([]);
    for (const port of [22, 25, 6667]) {
      expect((await refusal(http.fetch(`https://example.com:${port}/`, { signal }))).code).toBe('NET6001');
    }
    expect(asked).toEqual([]);
  });

  it('says who it is, unless told otherwise', async () => {
    const { port, requests } = await serve((_request, response) => response.end());
    const { http } = client([`127.0.0.1:${port}`]);
    await http.fetch(`http://127.0.0.1:${port}/`, { signal });
    await http.fetch(`http://127.0.0.1:${port}/`, { signal, headers: { 'User-Agent': 'reader' } });
    expect(requests.map(({ headers }) => headers['user-agent'])).toEqual(['polyphon', 'reader']);
  });

  it('uses a connection again whose reader had heard enough just before the end', async () => {
    const { port, connections } = await serve((_request, response) => {
      response.write('data: [DONE]\n\n');
      setTimeout(() => response.end('\n'), 5);
    });
    const { http } = client([`127.0.0.1:${port}`]);
    for (let round = 0; round < 3; round += 1) {
      const reader = (await http.fetch(`http://127.0.0.1:${port}/`, { signal })).body?.getReader();
      await reader?.read();
      const more = reader?.read();
      await reader?.cancel();
      await more;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(connections()).toBe(1);
  });

  it('breaks off an answer that goes on for long after its reader has left', async () => {
    const closed = Promise.withResolvers<void>();
    const { port } = await serve((request, response) => {
      request.socket.once('close', () => closed.resolve());
      const pump = (): void => {
        while (!response.destroyed && response.write('x'.repeat(4096)));
      };
      response.on('drain', pump);
      pump();
    });
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const reader = (await http.fetch(`http://127.0.0.1:${port}/`, { signal })).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await closed.promise;
    expect(clock.openDeadlines).toBe(0);
  });

  it('says that the other side could not be reached', async () => {
    const gone = await new Promise<number>((resolve) => {
      const server = createTcpServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo;
        server.close(() => resolve(port));
      });
    });
    const other = client([`127.0.0.1:${gone}`]);
    const refused = await refusal(other.http.fetch(`http://127.0.0.1:${gone}/`, { signal }));
    const unknown = await refusal(other.http.fetch('http://unknown.test/', { signal }));
    expect([refused.code, refused.data]).toEqual(['NET6004', { sent: 'no' }]);
    expect([unknown.code, unknown.data]).toEqual(['NET6004', { sent: 'no' }]);
  });

  it('does not claim that nothing was sent when the connection broke after the request', async () => {
    const { port, requests } = await serve((request) => request.socket.destroy());
    const { http } = client([`127.0.0.1:${port}`]);
    const error = await refusal(http.fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'one', signal }));
    expect([error.code, error.data, requests.length]).toEqual(['NET6004', {}, 1]);
  });
});

describe('retry', () => {
  it('is not done unless asked for', async () => {
    const { port, requests } = await serve((_request, response) => response.writeHead(503).end());
    const { http } = client([`127.0.0.1:${port}`]);
    expect((await http.fetch(`http://127.0.0.1:${port}/`, { signal })).status).toBe(503);
    expect(requests).toHaveLength(1);
  });

  it('tries up to three times in all, waits as Retry-After says, and gives the last answer', async () => {
    const { port, requests } = await serve((_request, response) =>
      response.writeHead(429, { 'retry-after': '2' }).end('later'),
    );
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const response = await http.fetch(`http://127.0.0.1:${port}/`, { signal, retry: 'idempotent' });
    expect([response.status, await response.text()]).toEqual([429, 'later']);
    expect(requests).toHaveLength(3);
    expect(clock.slept).toEqual([2_000, 2_000]);
  });

  it('stops at the first good answer', async () => {
    let count = 0;
    const { port } = await serve((_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else response.end('ok');
    });
    const { http, clock } = client([`127.0.0.1:${port}`]);
    const response = await http.fetch(`http://127.0.0.1:${port}/`, { signal, retry: 'idempotent' });
    expect(await response.text()).toBe('ok');
    expect(count).toBe(2);
    expect(clock.slept).toEqual([200]);
  });

  it('does not outlast the deadline', async () => {
    const { port, requests } = await serve((_request, response) =>
      response.writeHead(503, { 'retry-after': '8' }).end(),
    );
    const { http } = client([`127.0.0.1:${port}`]);
    const promise = http.fetch(`http://127.0.0.1:${port}/`, { signal, retry: 'idempotent', timeoutMs: 5_000 });
    expect((await refusal(promise)).code).toBe('NET6002');
    expect(requests).toHaveLength(1);
  });

  it('does not repeat what the guard refuses', async () => {
    const { http, asked } = client([], { 'inner.test': ['10.0.0.1'] });
    expect((await refusal(http.fetch('http://inner.test/', { signal, retry: 'idempotent' }))).code).toBe('NET6001');
    expect(asked).toHaveLength(1);
  });
});

describe('redirects', () => {
  it('keep credentials on the same origin and leave them behind on another', async () => {
    const last = await serve((_request, response) => response.end('end'));
    const first = await serve((request, response) => {
      const location = request.url === '/a' ? '/b' : `http://127.0.0.1:${last.port}/c`;
      response.writeHead(302, { location }).end();
    });
    const { http } = client([`127.0.0.1:${first.port}`, `127.0.0.1:${last.port}`]);
    const response = await http.fetch(`http://127.0.0.1:${first.port}/a`, {
      method: 'POST',
      body: 'x',
      headers: { authorization: 'Bearer t', 'x-api-key': 'k', accept: 'text/plain' },
      signal,
    });
    expect(response.url).toBe(`http://127.0.0.1:${last.port}/c`);
    expect(first.requests.map(({ method, headers }) => [method, headers['x-api-key']])).toEqual([
      ['POST', 'k'],
      ['GET', 'k'],
    ]);
    expect(last.requests[0]?.headers).toMatchObject({ accept: 'text/plain' });
    expect(last.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(last.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('end with an error when there are too many, or when a body would go to another origin', async () => {
    const other = await serve((_request, response) => response.end());
    const { port } = await serve((request, response) => {
      if (request.method === 'POST') response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end();
      else response.writeHead(302, { location: '/again' }).end();
    });
    const { http } = client([`127.0.0.1:${port}`, `127.0.0.1:${other.port}`]);
    expect((await refusal(http.fetch(`http://127.0.0.1:${port}/`, { signal }))).code).toBe('NET6005');
    const posted = http.fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'secret', signal });
    expect((await refusal(posted)).code).toBe('NET6005');
    expect(other.requests).toHaveLength(0);
  });
});
