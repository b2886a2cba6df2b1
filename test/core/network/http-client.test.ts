import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isUnsent } from '../../../core/contract/index.ts';
import { client, refusal, serve, signal } from './client-bench.ts';

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

  it.each(['http://10.0.0.7/', 'http://127.0.0.1:25/', 'ftp://crm.test/', 'no address', 'http://inner.test/'])(
    'says that nothing was sent where the guard refuses %s',
    async (url) => {
      const { http } = client([], { 'inner.test': ['10.0.0.1'] });
      const error = await refusal(http.fetch(url, { method: 'POST', body: 'one', signal }));
      expect([error.code, isUnsent(error)]).toEqual(['NET6001', true]);
    },
  );

  it('ends the deadline of a body that nobody reads when it is disposed of', async () => {
    const { port } = await serve((_request, response) => response.write('first'));
    const { http, clock } = client([`127.0.0.1:${port}`]);
    await http.fetch(`http://127.0.0.1:${port}/`, { signal });
    expect(clock.openDeadlines).toBe(1);
    await http[Symbol.asyncDispose]();
    expect(clock.openDeadlines).toBe(0);
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
