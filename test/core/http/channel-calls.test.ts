import { describe, expect, it } from 'vitest';
import type { Delivery, Route, RouteCall } from '../../../core/contract/index.ts';
import { FakeKernel, ok, route } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

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
