import { expect, it } from 'vitest';
import { type Delivery, PolyphonError, type Route } from '../../../core/contract/index.ts';
import type { WebhookCall } from '../../../core/conversation/webhook-log/webhook-call.ts';
import { FakeKernel } from './fake-kernel.ts';
import { startServer } from './running-server.ts';

const said = { id: 'm1', conversation: 'c', contact: { id: 'c' }, text: 'Hello' };

async function serve(handle: Route['handle'], streaming: 'events' | 'none' = 'none') {
  const kernel = new FakeKernel({ routes: [{ method: 'POST', path: 'webhook/:id', handle }] });
  kernel.streaming = streaming;
  const calls: WebhookCall[] = [];
  const { url } = await startServer(kernel, { journal: { record: (call) => void calls.push(call) } });
  const post = (request: RequestInit = { body: '{"a":1}' }) =>
    fetch(`${url}/v1/praxis/web/webhook/7`, { method: 'POST', ...request });
  return { calls, post };
}

it.each<readonly [string, Delivery | Error, number, object]>([
  [
    'what was accepted, with what became of it',
    {
      kind: 'accepted',
      messages: [said],
      statuses: [{ providerMessageId: 'p', status: 'read' }],
      respond: () => new Response(null, { status: 200 }),
    },
    200,
    { kind: 'accepted', receipts: [{ status: 'refused' }], statuses: [{ status: 'read' }] },
  ],
  ['what was ignored', { kind: 'ignored', response: new Response(null, { status: 204 }) }, 204, { kind: 'ignored' }],
  [
    'a bad signature',
    { kind: 'rejected', reason: 'bad-signature' },
    401,
    { kind: 'rejected', reason: 'bad-signature' },
  ],
  [
    'a rejection with an answer of the channel',
    { kind: 'rejected', reason: 'forbidden', response: new Response(null, { status: 418 }) },
    418,
    { kind: 'rejected', reason: 'forbidden' },
  ],
  ['what failed', new PolyphonError('STO7002', 'The disk is full.'), 503, { kind: 'failed', code: 'STO7002' }],
])('keeps %s', async (_, delivery, status, taken) => {
  const { calls, post } = await serve(async () => {
    if (delivery instanceof Error) throw delivery;
    return delivery;
  });
  expect((await post()).status).toBe(status);
  expect(calls).toMatchObject([
    { tenantId: 'praxis', channel: 'web', method: 'POST', route: 'webhook/:id', status, taken },
  ]);
  expect(Buffer.from(calls[0]?.body ?? []).toString()).toBe('{"a":1}');
});

it.each<readonly [string, RequestInit, number, string]>([
  ['is longer than the route takes', { body: '{"secret":"words"}'.padEnd(2_000_000) }, 413, 'HTP4003'],
  ['is packed', { body: 'packed words', headers: { 'content-encoding': 'gzip' } }, 415, 'HTP4017'],
])('keeps, without its body, a request whose body %s', async (_, request, status, code) => {
  const { calls, post } = await serve(async () => {
    throw new Error('The channel must not see it.');
  });
  expect((await post(request)).status).toBe(status);
  expect(calls).toMatchObject([
    {
      tenantId: 'praxis',
      channel: 'web',
      method: 'POST',
      route: 'webhook/:id',
      status,
      taken: { kind: 'failed', code },
    },
  ]);
  expect(calls[0]?.body).toBeUndefined();
});

it('keeps nothing of a channel that browsers speak to', async () => {
  const { calls, post } = await serve(async () => ({ kind: 'ignored', response: new Response() }), 'events');
  await post();
  expect(calls).toEqual([]);
});

it('leaves out what an operator asks', async () => {
  const handle: Route['handle'] = async () => ({ kind: 'ignored', response: new Response(null, { status: 204 }) });
  const kernel = new FakeKernel({ routes: [{ method: 'POST', path: 'sessions', access: 'operator', handle }] });
  const calls: WebhookCall[] = [];
  const { url } = await startServer(kernel, { journal: { record: (call) => void calls.push(call) } });
  const headers = { authorization: 'Bearer operator-token-1' };
  expect((await fetch(`${url}/v1/praxis/web/sessions`, { method: 'POST', headers })).status).toBe(204);
  expect(calls).toEqual([]);
});
