import { describe, expect, it } from 'vitest';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, sendRaw, startServer } from './running-server.ts';

describe('the process', () => {
  it('is healthy while it runs, and ready while its kernel and its store are', async () => {
    const kernel = new FakeKernel();
    let store = 'ok';
    const { url } = await startServer(kernel, { checks: { store: async () => store } });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({
      status: 'ready',
      tenants: { serving: 1, failed: 0 },
      channels: { failing: 0 },
    });
    kernel.failure = { code: 'TGM3202', detail: 'Another process polls. Stop it.', since: '2026-11-21T08:00:00.000Z' };
    const still = await fetch(`${url}/ready`);
    expect([still.status, (await still.json()).channels]).toEqual([200, { failing: 1 }]);
    store = 'the disk is full at /srv/data';
    const broken = await fetch(`${url}/ready`);
    expect(broken.status).toBe(503);
    expect((await problemIn(broken)).detail).not.toContain('/srv/data');
    store = 'ok';
    kernel.state = 'starting';
    const starting = await fetch(`${url}/ready`);
    expect([starting.status, starting.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('gives its numbers to operators, without ids in them', async () => {
    const { url } = await startServer(new FakeKernel());
    for (const id of ['a', 'b']) await fetch(`${url}/v1/praxis/conversations/${id}/messages`);
    await fetch(`${url}/nothing/${'x'.repeat(20)}`);
    const response = await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer operator-token-1' } });
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain(
      'polyphon_http_requests_total{method="GET",route="/v1/:tenant/conversations/:id/messages",status="401"} 2',
    );
    expect(text).toContain('polyphon_http_requests_total{method="GET",route="unmatched",status="404"} 1');
    expect(text).toContain('polyphon_open_sockets 0');
  });

  it('gives every answer an id, its own unless a trusted proxy gave one', async () => {
    const given = { 'x-request-id': 'proxy-id-0001' };
    const own = await startServer(new FakeKernel());
    expect((await fetch(`${own.url}/health`, { headers: given })).headers.get('x-request-id')).toMatch(/^req_/);
    const behind = await startServer(new FakeKernel(), { settings: { trustedProxies: ['127.0.0.0/8'] } });
    expect((await fetch(`${behind.url}/health`, { headers: given })).headers.get('x-request-id')).toBe('proxy-id-0001');
  });

  it('takes the address and the name from a trusted proxy only', async () => {
    const seen: string[] = [];
    const kernel = () =>
      new FakeKernel({
        routes: [
          {
            method: 'GET',
            path: 'who',
            handle: async (request, call) => {
              seen.push(`${call.remoteAddress} ${new URL(request.url).origin}`);
              return { kind: 'ignored', response: new Response(null, { status: 204 }) };
            },
          },
        ],
      });
    const forwarded = {
      'x-forwarded-for': '10.9.9.9, 198.51.100.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'bot.example',
    };
    const trusted = await startServer(kernel(), { settings: { trustedProxies: ['127.0.0.1'] } });
    await fetch(`${trusted.url}/v1/praxis/web/who`, { headers: forwarded });
    const plain = await startServer(kernel());
    await fetch(`${plain.url}/v1/praxis/web/who`, { headers: forwarded });
    const published = await startServer(kernel(), { settings: { publicOrigin: 'https://public.example' } });
    await sendRaw(
      published.port,
      'GET /v1/praxis/web/who HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n',
    );
    await fetch(`http://127.0.0.1:${published.port}/v1/praxis/web/who`);
    expect(seen).toEqual([
      '198.51.100.7 https://bot.example',
      `127.0.0.1 ${plain.url}`,
      '127.0.0.1 https://public.example',
      `127.0.0.1 http://127.0.0.1:${published.port}`,
    ]);
  });

  it('says nothing of what it is made of', async () => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}/health`);
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('server')).toBeNull();
  });
});

describe('/openapi.json', () => {
  it('describes every route that the process serves itself, and refers to nothing that is missing', async () => {
    const { url } = await startServer(new FakeKernel());
    const text = await (await fetch(`${url}/openapi.json`)).text();
    const document = JSON.parse(text) as {
      openapi: string;
      paths: Record<string, Record<string, { responses?: object; parameters?: { name: string; in: string }[] }>>;
      components: Record<string, Record<string, unknown>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/health',
        '/ready',
        '/metrics',
        '/openapi.json',
        '/widget.js',
        '/play/{tenant}',
        '/v1/{tenant}/{channel}/health',
        '/v1/{tenant}/{channel}/sessions',
        '/v1/{tenant}/{channel}/sessions/{id}',
        '/v1/{tenant}/{channel}/sessions/{id}/messages',
        '/v1/{tenant}/{channel}/sessions/{id}/stream',
        '/v1/{tenant}/{channel}/sessions/{id}/interactive',
        '/v1/{tenant}/{channel}/sessions/{id}/templates',
        '/v1/{tenant}/{channel}/webhook',
        '/v1/{tenant}/{channel}/status',
        '/v1/{tenant}/search',
        '/v1/{tenant}/conversations/{id}/take',
        '/v1/{tenant}/events',
      ]),
    );
    for (const [, section, name] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(document.components[section ?? '']?.[name ?? ''], `${section}/${name}`).toBeDefined();
    }
    for (const [path, item] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (item['parameters'] as unknown as { name: string }[] | undefined)?.map(({ name }) => name) ?? [];
      expect(declared, path).toEqual(named);
    }
    const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.keys(item).filter((key) => key !== 'parameters'),
    );
    expect(ids).toHaveLength(operations.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(['getConversations', 'postChannelSessionsTemplates', 'getContactsById']),
    );
  });

  it('is kept by the server: what it lists exists, with the methods it lists', async () => {
    const { url } = await startServer(new FakeKernel());
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
    for (const [path, item] of Object.entries(paths)) {
      // Those of channels belong to their plugins; here the kernel is a fake.
      if (/channel\}\/(sessions|webhook|status)/.test(path)) continue;
      for (const method of Object.keys(item).filter((key) => key !== 'parameters')) {
        const address = path.replace('{tenant}', 'praxis').replace('{channel}', 'web').replace('{id}', 'c1');
        const leave = new AbortController();
        const response = await fetch(`${url}${address}`, {
          method,
          headers: { authorization: 'Bearer operator-token-1' },
          signal: leave.signal,
        });
        expect(response.headers.get('allow'), `${method} ${path}`).toBeNull();
        const body = response.status === 404 ? await response.text() : '';
        expect(body, `${method} ${path}`).not.toContain('nothing is served');
        leave.abort();
      }
    }
  });
});
