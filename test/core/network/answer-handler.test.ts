import { createServer as createTcpServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { client, refusal, serve, signal } from './client-bench.ts';

/** Answers every connection with these bytes, whatever it asks. */
async function serveBytes(bytes: string): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

it('tells a reader that the answer broke, also where it broke before anybody read it', async () => {
  const port = await serveBytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\nnot a length\r\n');
  const { http, clock } = client([`127.0.0.1:${port}`]);
  const response = await http.fetch(`http://127.0.0.1:${port}/`, { signal });
  expect((await refusal(response.text())).code).toBe('NET6004');
  expect(clock.openDeadlines).toBe(0);
});

it('hears its caller also while it waits for a connection', async () => {
  const { port, requests } = await serve(() => undefined);
  const { http, clock } = client([`127.0.0.1:${port}`]);
  const others = new AbortController();
  const busy = Array.from({ length: 128 }, () => http.fetch(`http://127.0.0.1:${port}/`, { signal: others.signal }));
  for (const one of busy) one.catch(() => undefined);
  await expect.poll(() => requests.length).toBe(128);
  const controller = new AbortController();
  const waiting = http.fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
  controller.abort(new Error('no longer wanted'));
  await expect(waiting).rejects.toThrow('no longer wanted');
  others.abort(new Error('enough'));
  await Promise.allSettled(busy);
  expect(clock.openDeadlines).toBe(0);
  expect(requests).toHaveLength(128);
});

it('waits for the answer behind an early hint', async () => {
  const port = await serveBytes(
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 4\r\n\r\nmade',
  );
  const { http } = client([`127.0.0.1:${port}`]);
  const response = await http.fetch(`http://127.0.0.1:${port}/`, { signal });
  expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([200, 'b', 'made']);
});

it.each([
  ['no content', '204 No Content', 'GET', ''],
  ['only its head was asked for', '200 OK', 'HEAD', 'content-length: 4\r\n'],
])('has no body where there is %s', async (_, status, method, header) => {
  const port = await serveBytes(`HTTP/1.1 ${status}\r\n${header}\r\n`);
  const { http, clock } = client([`127.0.0.1:${port}`]);
  const response = await http.fetch(`http://127.0.0.1:${port}/`, { signal, method });
  expect(await response.text()).toBe('');
  expect(clock.openDeadlines).toBe(0);
});

it('puts a short answer together that comes in parts', async () => {
  const { port } = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 6 }).write('one');
    setTimeout(() => response.end('two'), 20);
  });
  const { http } = client([`127.0.0.1:${port}`]);
  expect(await (await http.fetch(`http://127.0.0.1:${port}/`, { signal })).text()).toBe('onetwo');
});
