import { describe, expect, it } from 'vitest';
import { reservedChannels } from '../../../core/contract/reserved-channels.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

const token = 'operator-token-1';
const asOperator = { headers: { authorization: `Bearer ${token}` } };

const guarded: readonly (readonly [string, string])[] = [
  ['GET', '/metrics'],
  ['GET', '/v1/praxis/search?q=Krone'],
  ['GET', '/v1/praxis/documents'],
  ['GET', '/v1/praxis/conversations'],
  ['GET', '/v1/praxis/conversations/c1/messages'],
  ['POST', '/v1/praxis/conversations/c1/take'],
  ['POST', '/v1/praxis/conversations/c1/return'],
  ['POST', '/v1/praxis/conversations/c1/messages'],
  ['GET', '/v1/praxis/usage'],
  ['GET', '/v1/praxis/events'],
  ['GET', '/v1/praxis/dead-letters'],
  ['POST', '/v1/praxis/dead-letters/c1/retry'],
  ['POST', '/v1/praxis/dead-letters/c1/dismiss'],
  ['GET', '/v1/praxis/webhook-log'],
  ['GET', '/v1/praxis/contacts'],
  ['GET', '/v1/praxis/unanswered'],
];

describe('the routes of operators', () => {
  it.each(guarded)('%s %s needs a token where one is configured, also on this machine', async (method, path) => {
    const { url } = await startServer(new FakeKernel());
    for (const authorization of [
      undefined,
      'Bearer wrong',
      'Bearer ',
      `Basic ${btoa(`x:${token}`)}`,
      `Bearer ${token}x`,
      token,
    ]) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect((await problemIn(response)).code).toBe('HTP4005');
    }
  });

  it.each(guarded)(
    '%s %s is refused to everyone where no token is configured and others can reach the server',
    async (method, path) => {
      const { port } = await startServer(new FakeKernel(), { adminTokens: [], settings: { host: '0.0.0.0' } });
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      expect(response.status).toBe(401);
      expect((await problemIn(response)).detail).toContain('POLYPHON_ADMIN_TOKEN');
    },
  );

  it.each(reservedChannels)('%s is theirs, whatever a bot calls its channels', async (name) => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}/v1/praxis/${name}?q=Krone`, asOperator);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('answers without a token on a loopback-only server to who works there, and to nobody else', async () => {
    const { url } = await startServer(new FakeKernel(), { adminTokens: [] });
    const status = async (headers: Readonly<Record<string, string>>) =>
      (await fetch(`${url}/v1/praxis/usage`, { headers })).status;
    expect(await status({})).toBe(200);
    expect(await status({ 'x-forwarded-for': '203.0.113.9' })).toBe(401);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'same-origin', origin: url })).toBe(200);
  });

  it('listens no more to an address that tries token after token', async () => {
    const { url } = await startServer(new FakeKernel());
    const attempt = (authorization: string) => fetch(`${url}/v1/praxis/usage`, { headers: { authorization } });
    for (let count = 0; count < 20; count += 1) expect((await attempt(`Bearer guess-${count}`)).status).toBe(401);
    const response = await attempt('Bearer guess-20');
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('search', async () => {
    const kernel = new FakeKernel();
    kernel.passages = [
      {
        chunk: 'k1',
        document: 'prices.csv',
        source: 'prices',
        title: 'Preise',
        headings: [],
        text: 'Krone: 800 EUR',
        score: 0.91,
        scores: { fused: 0.91 },
        row: 3,
      },
    ];
    const { url } = await startServer(kernel);
    const response = await fetch(`${url}/v1/praxis/search?q=Was%20kostet%20eine%20Krone%3F&k=3`, asOperator);
    expect(await response.json()).toEqual({
      results: [
        { source: 'prices', document: 'prices.csv', chunk: 'k1', score: 0.91, title: 'Preise', text: 'Krone: 800 EUR' },
      ],
    });
    for (const bad of [
      '',
      '?q=',
      '?q=%20',
      `?q=${'x'.repeat(2_001)}`,
      '?q=a&k=0',
      '?q=a&k=51',
      '?q=a&k=1e1',
      '?q=a&k=-1',
    ]) {
      expect((await fetch(`${url}/v1/praxis/search${bad}`, asOperator)).status, bad).toBe(400);
    }
  });

  it('documents, conversations, messages, usage', async () => {
    const { url } = await startServer(new FakeKernel());
    const get = async (path: string) => (await fetch(`${url}/v1/praxis/${path}`, asOperator)).json();
    expect(await get('documents')).toMatchObject({
      documents: [{ source: 'files', document: 'a.md', state: 'ready', readAt: '2026-11-21T08:00:00.000Z' }],
    });
    expect(await get('conversations?limit=10')).toMatchObject({ conversations: [{ id: 'c1', owner: 'bot' }] });
    expect(await get('conversations/c1/messages')).toMatchObject({ messages: [{ id: 'm1', text: 'Hallo' }] });
    expect(await get('usage')).toMatchObject({ usage: [{ day: '2026-11-21', turns: 1 }] });
    expect(await get('conversations/other/messages')).toMatchObject({ status: 404, code: 'HTP4014' });
    expect(await get('conversations?limit=x')).toMatchObject({ status: 400 });
    expect(await get('conversations?before=%00')).toMatchObject({ status: 400 });
  });

  it('take, return, say', async () => {
    const { url, conversations } = await startServer(new FakeKernel());
    const post = (path: string, body?: unknown) =>
      fetch(`${url}/v1/praxis/conversations/${path}`, {
        method: 'POST',
        ...asOperator,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    expect(await (await post('c1/take')).json()).toEqual({ owner: 'human' });
    expect(conversations.owner).toBe('human');
    const said = await post('c1/messages', { text: 'Guten Tag' });
    expect(said.status).toBe(202);
    expect(await said.json()).toMatchObject({ message: { role: 'operator', text: 'Guten Tag' } });
    expect((await post('c1/messages', { id: 'mine-1', text: 'Bis gleich' })).status).toBe(202);
    expect(await (await post('c1/return')).json()).toEqual({ owner: 'bot' });
    for (const verb of ['take', 'return']) expect((await post(`other/${verb}`)).status).toBe(404);
    expect((await post('other/messages', { text: 'x' })).status).toBe(404);
    for (const body of [
      {},
      { text: '' },
      { text: 1 },
      { text: 'x', role: 'bot' },
      { text: 'x', id: '' },
      { text: 'x', id: 7 },
      { text: 'x', id: 'two words' },
      { text: '\ud800' },
      [],
      { text: 'x'.repeat(20_001) },
    ]) {
      expect((await post('c1/messages', body)).status, JSON.stringify(body).slice(0, 40)).toBe(400);
    }
    expect((await post('c1/messages', { text: 'x'.repeat(70_000) })).status).toBe(413);
    expect(conversations.said).toEqual(['Guten Tag', 'mine-1: Bis gleich']);
  });

  it('dead letters, their retry and their rest, and the log of webhooks', async () => {
    const { url } = await startServer(new FakeKernel());
    const get = async (path: string) => (await fetch(`${url}/v1/praxis/${path}`, asOperator)).json();
    expect(await get('dead-letters')).toMatchObject({
      deadLetters: [{ id: 'c1', state: 'uncertain', reason: 'blocked' }],
    });
    expect(await get('dead-letters?state=dead')).toMatchObject({ deadLetters: [] });
    expect(await get('dead-letters?state=late')).toMatchObject({ code: 'HTP4004' });
    const post = (path: string) =>
      fetch(`${url}/v1/praxis/dead-letters/${path}`, { method: 'POST', headers: asOperator.headers });
    expect((await post('c1/retry')).status).toBe(202);
    expect((await problemIn(await post('nobody/retry'))).code).toBe('CNV5009');
    const refused = await post('left/retry');
    expect(refused.status).toBe(409);
    expect(await problemIn(refused)).toMatchObject({ code: 'CNV5015', detail: expect.stringContaining('Dismiss it') });
    const dismissed = await post('c1/dismiss');
    expect([dismissed.status, await dismissed.json()]).toMatchObject([200, { deadLetter: { id: 'c1' } }]);
    expect((await problemIn(await post('nobody/dismiss'))).code).toBe('CNV5009');
    expect(await get('webhook-log')).toMatchObject({ entries: [{ id: 1 }, { id: 2 }] });
    expect(await get('webhook-log?after=1')).toMatchObject({ entries: [{ id: 2 }] });
    expect(await get('webhook-log?after=0')).toMatchObject({ entries: [{ id: 1 }, { id: 2 }] });
    expect(await get('webhook-log?after=-1')).toMatchObject({ code: 'HTP4004' });
  });

  it('events, as a stream', async () => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}/v1/praxis/events`, asOperator);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toContain('event: bot.reloaded\ndata: {"tenantId":"praxis"');
  });

  it('know no tenant that is none', async () => {
    const { url } = await startServer(new FakeKernel());
    for (const tenant of ['nobody', 'NOBODY', '..', '_templates', '%2e%2e', 'praxis%2fx']) {
      const response = await fetch(`${url}/v1/${tenant}/usage`, asOperator);
      expect(response.status, tenant).toBe(404);
    }
  });

  it('answer 405 with Allow for another method', async () => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}/v1/praxis/conversations/c1/take`, asOperator);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });
});
