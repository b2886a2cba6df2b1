import { getEventListeners } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createHttp } from '../../../core/network/http-client.ts';
import { fakeHttp } from '../../kit/fake-http.ts';
import { ManualClock } from './manual-clock.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const { signal } = new AbortController();

/** The real way out, to a server of this machine that answers like this. */
async function over(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clock = new ManualClock();
  const http = createHttp({ allowPrivate: [`127.0.0.1:${port}`], clock, log: silent });
  onTestFinished(async () => {
    await http[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });
  return { http, clock, url: `http://127.0.0.1:${port}/v1` };
}

it('sends what a client asks with the granted headers and none of its own', async () => {
  const asked: { url: string; method: unknown; headers: unknown; body: unknown; retry: unknown }[] = [];
  const http = fakeHttp(async (url, { method, headers, body, retry }) => {
    asked.push({ url: String(url), method, headers, body, retry });
    return Response.json({});
  });
  const { fetch } = http.forClient({ headers: { authorization: 'Bearer ours', accept: 'text/event-stream' }, signal });
  const theirs = { method: 'POST', headers: { authorization: 'Bearer of the environment', 'x-theirs': '1' } };
  await fetch('https://models.example/a', { ...theirs, body: 'text' });
  await fetch(new URL('https://models.example/b'), { ...theirs, body: new Uint8Array([1]) });
  await fetch(new Request('https://models.example/c', { ...theirs, body: 'within' }));
  await fetch('https://models.example/d');
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json', authorization: 'Bearer ours' };
  const usual = { headers, retry: 'never' };
  expect(asked).toEqual([
    { ...usual, url: 'https://models.example/a', method: 'POST', body: 'text' },
    { ...usual, url: 'https://models.example/b', method: 'POST', body: new Uint8Array([1]) },
    { ...usual, url: 'https://models.example/c', method: 'POST', body: new TextEncoder().encode('within') },
    { ...usual, url: 'https://models.example/d', method: 'GET', body: undefined },
  ]);
  await expect(fetch('https://models.example/e', { method: 'POST', body: new FormData() })).rejects.toThrow(TypeError);
  expect(asked).toHaveLength(4);
});

it('knows the last failure until a request goes well', async () => {
  const statuses = [429, 200];
  const { http, url } = await over((_, response) => {
    response.writeHead(statuses.shift() ?? 500, { 'retry-after': '7' }).end('{}');
  });
  const wire = http.forClient({ headers: {}, signal });
  expect(wire.failure).toBeUndefined();
  await (await wire.fetch(url)).text();
  expect(wire.failure?.status).toBe(429);
  expect(wire.failure?.retryAfterMs).toBe(7000);
  expect(wire.failure?.cause).toBeUndefined();
  await (await wire.fetch(url)).text();
  expect(wire.failure).toBeUndefined();
  await expect(wire.fetch('http://10.0.0.1/')).rejects.toMatchObject({ code: 'NET6001' });
  expect(wire.failure).toMatchObject({ status: 0, cause: { code: 'NET6001' } });
});

it.each([
  ['a connection that closes', 'NET6004', {}, 'close'],
  ['a deadline that passes', 'NET6002', { timeoutMs: 1000 }, 'stall'],
  ['a body that is longer than its limit', 'NET6003', { maxBytes: 3 }, 'stall'],
] as const)('knows of %s in the middle of an answer', async (_, code, limits, then) => {
  const { http, clock, url } = await over((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data', () => then === 'close' && response.destroy());
  });
  const wire = http.forClient({ headers: {}, signal, ...limits });
  const answer = await wire.fetch(url);
  expect(wire.failure).toBeUndefined();
  const read = answer.text();
  clock.advance(1001);
  await expect(read).rejects.toMatchObject({ code });
  expect(wire.failure).toMatchObject({ status: 0, cause: { code } });
});

it.each(['ours', 'theirs'])('ends a request and its body with a signal of %s, and lets go of both', async (whose) => {
  const { http, url } = await over((_, response) => void response.writeHead(200).write('a'));
  const signals = { ours: new AbortController(), theirs: new AbortController() };
  const { fetch } = http.forClient({ headers: {}, signal: signals.ours.signal });
  const reading = (await fetch(url, { signal: signals.theirs.signal })).text();
  const reason = new Error('enough');
  signals[whose === 'ours' ? 'ours' : 'theirs'].abort(reason);
  await expect(reading).rejects.toBe(reason);
  await expect(fetch(url, { signal: signals.theirs.signal })).rejects.toBeDefined();
  for (const each of Object.values(signals)) expect(getEventListeners(each.signal, 'abort')).toEqual([]);
});

it('lets go of signals when an answer is read, refused or never came', async () => {
  const { http, url } = await over((_, response) => response.end('{}'));
  const ours = new AbortController();
  const theirs = new AbortController();
  const { fetch } = http.forClient({ headers: {}, signal: ours.signal });
  await (await fetch(url, { signal: theirs.signal })).text();
  await expect(fetch('http://10.0.0.1', { signal: theirs.signal })).rejects.toMatchObject({ code: 'NET6001' });
  await expect(fetch('nowhere', { signal: theirs.signal })).rejects.toMatchObject({ code: 'NET6001' });
  for (const each of [ours, theirs]) expect(getEventListeners(each.signal, 'abort')).toEqual([]);
});

it('takes no reader that leaves for a failure', async () => {
  const broken = Promise.withResolvers<void>();
  let breakOff = (): void => undefined;
  const { http, url } = await over((request, response) => {
    if (request.url !== '/v1') return void response.end('other');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: [DONE]\n\n');
    response.on('close', () => broken.resolve());
    breakOff = () => response.destroy();
  });
  const wire = http.forClient({ headers: {}, signal });
  const reader = (await wire.fetch(url)).body?.getReader();
  await reader?.read();
  const rest = reader?.read();
  // The read is under way by then.
  await http.fetch(`${url}/other`, { signal });
  await reader?.cancel();
  breakOff();
  expect(await rest).toMatchObject({ done: true });
  await broken.promise;
  // By then the break has come to this side as well.
  await http.fetch(`${url}/other`, { signal });
  expect(wire.failure).toBeUndefined();
});

it.each(['options', 'client'] as const)('ends when the signal of the %s aborts', async (whose) => {
  const stop = new AbortController();
  const { http, url } = await over(() => stop.abort(new Error('stopped')));
  const wire = http.forClient({ headers: {}, signal: whose === 'options' ? stop.signal : signal });
  const asked = wire.fetch(url, { signal: whose === 'client' ? stop.signal : signal });
  await expect(asked).rejects.toThrow('stopped');
});
