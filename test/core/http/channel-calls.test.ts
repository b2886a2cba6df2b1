import { describe, expect, it } from 'vitest';
import { type Delivery, PolyphonError, type Route, type RouteCall } from '../../../core/contract/index.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, sendRaw, startServer } from './running-server.ts';

const ok = (body: unknown): Delivery => ({ kind: 'ignored', response: Response.json(body) });

function route(method: Route['method'], path: string, handle: Route['handle'], more: Partial<Route> = {}): Route {
  return { method, path, handle, ...more };
}

describe('a request below /v1/:tenant/:channel/', () => {
  it('reaches the route of the channel with its parameters, raw body and address', async () => {
    const calls: RouteCall[] = [];
    const kernel = new FakeKernel({
      routes: [
        route('POST', 'sessions/:id/messages', async (request, call) => {
          calls.push(call);
          return ok({ url: request.url, header: request.headers.get('x-thing') });
        }),
      ],
    });
    const { url } = await startServer(kernel);
    const body = Buffer.from([0xff, 0x00, 0x7b]);
    const response = await fetch(`${url}/v1/praxis/web/sessions/s%2F1/messages?wait=true`, {
      method: 'POST',
      body,
      headers: { 'x-thing': 'a' },
    });
    expect(await response.json()).toEqual({
      url: `${url}/v1/praxis/web/sessions/s%2F1/messages?wait=true`,
      header: 'a',
    });
    expect(calls[0]?.parameters).toEqual({ id: 's/1' });
    expect(Buffer.from(calls[0]?.body ?? []).equals(body)).toBe(true);
    expect(calls[0]?.remoteAddress).toBe('127.0.0.1');
    expect(kernel.leases.open).toBe(0);
  });

  it('names the occurrence in a problem that the channel answers with', async () => {
    const problem = { type: 'about:blank', status: 409, code: 'WEB3005', title: 'paused', detail: 'Resume it.' };
    const headers = { 'content-type': 'application/problem+json', 'x-of-channel': 'kept' };
    const answering = (body: string): Route =>
      route('POST', 'in', async () => ({ kind: 'ignored', response: new Response(body, { status: 409, headers }) }));
    const { url } = await startServer(new FakeKernel({ routes: [answering(JSON.stringify(problem))] }));
    const response = await fetch(`${url}/v1/praxis/web/in`, { method: 'POST' });
    expect(response.status).toBe(409);
    expect(response.headers.get('x-of-channel')).toBe('kept');
    expect(await response.json()).toEqual({
      ...problem,
      instance: `urn:polyphon:request:${response.headers.get('x-request-id')}`,
    });
    const other = await startServer(new FakeKernel({ routes: [answering('not JSON')] }));
    expect(await (await fetch(`${other.url}/v1/praxis/web/in`, { method: 'POST' })).text()).toBe('not JSON');
  });

  it('makes messages durable before the channel responds', async () => {
    const order: string[] = [];
    const kernel = new FakeKernel({
      routes: [
        route('POST', 'in', async () => ({
          kind: 'accepted',
          messages: [{ id: '1', conversation: 'c', contact: { id: 'p' }, text: 'Hallo' }],
          respond: (receipts) => {
            order.push(`responded after ${kernel.delivered.length}`);
            return Response.json(receipts, { status: 202 });
          },
        })),
      ],
    });
    const { url } = await startServer(kernel);
    const response = await fetch(`${url}/v1/praxis/web/in`, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual([{ status: 'refused', reason: 'paused' }]);
    expect(order).toEqual(['responded after 1']);
  });

  it.each([
    ['bad-signature', 401, 'HTP4006'],
    ['malformed', 400, 'HTP4004'],
    ['forbidden', 403, 'HTP4007'],
  ] as const)('answers %s with %i', async (reason, status, code) => {
    const { url } = await startServer(
      new FakeKernel({ routes: [route('POST', 'in', async () => ({ kind: 'rejected', reason }))] }),
    );
    const response = await fetch(`${url}/v1/praxis/web/in`, { method: 'POST' });
    expect(response.status).toBe(status);
    expect((await problemIn(response)).code).toBe(code);
  });

  it.each(['bad-signature', 'malformed', 'forbidden'] as const)(
    'says of %s what the channel says of it',
    async (reason) => {
      const rejected = { kind: 'rejected', reason, detail: 'Channel: what is wrong. What to do.' } as const;
      const { url } = await startServer(new FakeKernel({ routes: [route('POST', 'in', async () => rejected)] }));
      const response = await fetch(`${url}/v1/praxis/web/in`, { method: 'POST' });
      expect((await problemIn(response)).detail).toBe('Channel: what is wrong. What to do.');
    },
  );

  it.each([
    ['announced', (bytes: number) => Buffer.alloc(bytes)],
    [
      'chunked',
      (bytes: number) =>
        new ReadableStream({
          start(controller) {
            for (let sent = 0; sent < bytes; sent += 65_536) controller.enqueue(new Uint8Array(65_536));
            controller.close();
          },
        }),
    ],
  ])('answers 413 to a body over the limit before the handler runs (%s)', async (_name, bodyOf) => {
    let handled = 0;
    const handle: Route['handle'] = async () => {
      handled += 1;
      return ok({});
    };
    const { url } = await startServer(
      new FakeKernel({ routes: [route('POST', 'small', handle, { maxBytes: 10 }), route('POST', 'usual', handle)] }),
    );
    for (const path of ['small', 'usual']) {
      const response = await fetch(`${url}/v1/praxis/web/${path}`, {
        method: 'POST',
        body: bodyOf(1_500_000),
        duplex: 'half',
      } as RequestInit);
      expect(response.status).toBe(413);
      expect((await problemIn(response)).code).toBe('HTP4003');
    }
    expect(handled).toBe(0);
  });

  it('passes OPTIONS to the channel, and answers 405 with Allow where it has no route for the method', async () => {
    const preflight = async (): Promise<Delivery> => ({
      kind: 'ignored',
      response: new Response(null, {
        status: 204,
        headers: { 'access-control-allow-origin': 'https://praxis.example' },
      }),
    });
    const { url } = await startServer(
      new FakeKernel({ routes: [route('OPTIONS', 'in', preflight), route('GET', 'only', async () => ok({ a: 1 }))] }),
    );
    const response = await fetch(`${url}/v1/praxis/web/in`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://praxis.example');
    const wrong = await fetch(`${url}/v1/praxis/web/only`, { method: 'POST' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
    const head = await fetch(`${url}/v1/praxis/web/only`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('does not say which tenants and channels exist beyond the fact', async () => {
    const { url } = await startServer(new FakeKernel());
    for (const [path, code] of [
      ['nobody/web/x', 'TEN2101'],
      ['praxis/other/x', 'TEN2103'],
      ['__proto__/web/x', 'TEN2101'],
    ]) {
      const response = await fetch(`${url}/v1/${path}`);
      const problem = await problemIn(response);
      expect(response.status).toBe(404);
      expect(problem.code).toBe(code);
      expect(problem.detail).not.toContain('praxis');
      expect(problem.detail).toMatch(/^Correct the (first|second) part of the address/);
    }
  });

  it('answers an error of the handler with 500 and no word of it, and logs it under the same id', async () => {
    const { url, lines } = await startServer(
      new FakeKernel({
        routes: [
          route('GET', 'broken', async () => {
            throw new Error('canary-7f3a in /srv/app.ts');
          }),
        ],
      }),
    );
    const response = await fetch(`${url}/v1/praxis/web/broken`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('canary-7f3a');
    const requestId = response.headers.get('x-request-id') ?? 'none';
    expect(text).toContain(requestId);
    expect(lines.filter((line) => line.level === 'error').map((line) => line.fields['requestId'])).toEqual([requestId]);
  });

  it('answers health for a channel that has no route of that name', async () => {
    const { url } = await startServer(new FakeKernel());
    expect(await (await fetch(`${url}/v1/praxis/web/health`)).json()).toEqual({ status: 'ok' });
  });

  it('says in a channel’s health why it hears nothing, since when, and what to do, until it is well', async () => {
    const kernel = new FakeKernel();
    const { url } = await startServer(kernel);
    kernel.failure = { code: 'TGM3202', detail: 'Another process polls. Stop it.', since: '2026-11-21T08:00:00.000Z' };
    const ill = await fetch(`${url}/v1/praxis/web/health`);
    expect(ill.status).toBe(503);
    expect(ill.headers.get('content-type')).toContain('application/problem+json');
    expect(await ill.json()).toMatchObject({ ...kernel.failure, status: 503, instance: expect.stringMatching(/req_/) });
    expect((await fetch(`${url}/v1/praxis/web/health`, { method: 'HEAD' })).status).toBe(503);
    kernel.failure = undefined;
    expect((await fetch(`${url}/v1/praxis/web/health`)).status).toBe(200);
  });
});

describe('an event stream', () => {
  function streamer(state: { cancelled: boolean; pulled: number; aborted: boolean }, chunk: string) {
    return new FakeKernel({
      routes: [
        route('GET', 'stream', async (_request, call) => {
          call.signal.addEventListener('abort', () => {
            state.aborted = true;
          });
          const body = new ReadableStream(
            {
              pull(controller) {
                state.pulled += 1;
                controller.enqueue(new TextEncoder().encode(chunk));
                return new Promise((resolve) => setImmediate(resolve));
              },
              cancel() {
                state.cancelled = true;
              },
            },
            { highWaterMark: 0 },
          );
          return {
            kind: 'ignored',
            response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
          };
        }),
      ],
    });
  }

  it('is written as it comes, and ends when the caller leaves', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const kernel = streamer(state, 'data: 1\n\n');
    const { url } = await startServer(kernel);
    const leave = new AbortController();
    const response = await fetch(`${url}/v1/praxis/web/stream`, { signal: leave.signal });
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toContain('data: 1');
    expect(kernel.leases.open).toBe(1);
    leave.abort();
    await expect.poll(() => [state.cancelled, state.aborted, kernel.leases.open]).toEqual([true, true, 0]);
  });

  it('is not pulled faster than the caller reads', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const { url } = await startServer(streamer(state, `data: ${'x'.repeat(65_536)}\n\n`));
    const response = await fetch(`${url}/v1/praxis/web/stream`);
    const reader = response.body?.getReader();
    await reader?.read();
    let before = -1;
    await expect
      .poll(
        () => {
          const same = state.pulled === before;
          before = state.pulled;
          return same;
        },
        { interval: 200 },
      )
      .toBe(true);
    expect(state.pulled).toBeLessThan(400);
    await reader?.cancel();
  });

  it('is broken off when its caller takes nothing for too long', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const kernel = streamer(state, `data: ${'x'.repeat(65_536)}\n\n`);
    const { url } = await startServer(kernel, { settings: { limits: { stallTimeoutMs: 200 } } });
    const response = await fetch(`${url}/v1/praxis/web/stream`);
    await expect.poll(() => kernel.leases.open, { timeout: 5_000 }).toBe(0);
    expect(state.cancelled).toBe(true);
    await response.body?.cancel().catch(() => undefined);
  });

  it('ends when its revision closes', async () => {
    const state = { cancelled: false, pulled: 0, aborted: false };
    const kernel = streamer(state, 'data: 1\n\n');
    const { url } = await startServer(kernel);
    const response = await fetch(`${url}/v1/praxis/web/stream`);
    const text = response.text();
    kernel.revision.abort();
    await text;
    await expect.poll(() => kernel.leases.open).toBe(0);
    expect(state.cancelled).toBe(true);
  });
});

describe('bad input', () => {
  it.each([
    ['a path that is not UTF-8', 'GET /v1/praxis/%ff/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['a broken escape', 'GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['a NUL', 'GET /v1/praxis%00/web HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['a long address', `GET /${'a'.repeat(9_000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, 414],
    ['large headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n', 400],
    ['a Host that is none', 'GET /health HTTP/1.1\r\nHost: a b<script>\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', 'POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', 400],
    [
      'length and chunks',
      'POST /v1/praxis/web/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['an unknown method', 'BREW /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['a method nobody serves', 'PUT /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405],
    ['TRACE', 'TRACE /v1/praxis/web/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
    [
      'an h2c upgrade',
      'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n',
      200,
    ],
  ])('answers %s with a problem', async (_name, bytes, status) => {
    const { port } = await startServer(new FakeKernel());
    const answer = await sendRaw(port, bytes);
    expect(answer.split('\r\n')[0]).toContain(`HTTP/1.1 ${status}`);
    if (status !== 200) expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
  });

  it('drops a caller whose headers do not arrive', async () => {
    const { port } = await startServer(new FakeKernel(), {
      settings: { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } },
    });
    const answer = await sendRaw(port, 'GET /health HTTP/1.1\r\nHost: loc');
    expect(answer).toContain('HTTP/1.1 408');
    expect(answer).toContain('HTP4009');
  });
});

describe('a page whose bot does not serve', () => {
  const origin = 'https://praxis.example';
  class ClosedKernel extends FakeKernel {
    override async channel(): Promise<never> {
      throw new PolyphonError('TEN2102', 'Tenant: praxis is not serving, because of a mistake in its definition.');
    }
  }

  it('may ask, and reads why', async () => {
    const { url, lines } = await startServer(new ClosedKernel());
    const preflight = await fetch(`${url}/v1/praxis/web/sessions`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(preflight.headers.get('access-control-max-age')).toBe('0');
    const response = await fetch(`${url}/v1/praxis/web/sessions`, { method: 'POST', headers: { origin }, body: '{}' });
    expect(response.status).toBe(503);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
    const problem = await problemIn(response);
    expect(problem).toMatchObject({ code: 'TEN2102' });
    expect(JSON.stringify(problem)).not.toContain('mistake');
    // Why it does not serve was logged when that began: a request is told of in a line without a stack.
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    const line = lines.find(({ message }) => message === 'A request failed.');
    expect(line).toMatchObject({ level: 'info', fields: { tenant: 'praxis', code: 'TEN2102' } });
    expect(line?.fields).not.toHaveProperty('error');
  });

  it('reads that there is no such bot or channel', async () => {
    const { url } = await startServer(new FakeKernel());
    for (const path of ['nobody/web', 'praxis/nothing', 'No!/web']) {
      const response = await fetch(`${url}/v1/${path}/sessions`, { method: 'POST', headers: { origin } });
      expect(response.status).toBe(404);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('is the only one that hears of origins, and only of that', async () => {
    const { url } = await startServer(new ClosedKernel());
    const program = await fetch(`${url}/v1/praxis/web/sessions`, { method: 'POST' });
    expect(program.headers.get('access-control-allow-origin')).toBeNull();
    const plain = await fetch(`${url}/v1/praxis/web/sessions`, { method: 'OPTIONS', headers: { origin } });
    expect(plain.status).toBe(503);
    const serving = await startServer(new FakeKernel({ routes: [route('GET', 'x', async () => ok(1))] }));
    const own = await fetch(`${serving.url}/v1/praxis/web/x`, { headers: { origin } });
    expect(own.headers.get('access-control-allow-origin')).toBeNull();
    const operators = await fetch(`${url}/v1/praxis/conversations`, { headers: { origin } });
    expect(operators.headers.get('access-control-allow-origin')).toBeNull();
  });
});
