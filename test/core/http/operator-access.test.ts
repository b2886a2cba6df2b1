import { describe, expect, it } from 'vitest';
import type { Route } from '../../../core/contract/index.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

const token = 'operator-token-1';

/** A channel with one route for operators and one for anyone, and what they heard. */
async function serve(adminTokens: readonly string[] = [token], options: Parameters<typeof startServer>[1] = {}) {
  const heard: string[] = [];
  const handle: Route['handle'] = async (_, { body }) => {
    heard.push(Buffer.from(body).toString());
    return { kind: 'ignored', response: Response.json({ heard: heard.length }) };
  };
  const kernel = new FakeKernel({
    routes: [
      { method: 'POST', path: 'write', access: 'operator', maxBytes: 100, handle },
      { method: 'POST', path: 'webhook', access: 'anyone', handle },
    ],
  });
  const { port } = await startServer(kernel, { adminTokens: [...adminTokens], ...options });
  const post = (path: string, headers: Readonly<Record<string, string>> = {}, body = 'words') =>
    fetch(`http://127.0.0.1:${port}/v1/praxis/web/${path}`, { method: 'POST', headers, body });
  return { heard, kernel, post };
}

describe('a route of a channel that is for operators', () => {
  it('is called with an operator token', async () => {
    const { post, heard } = await serve();
    expect((await post('write', { authorization: `Bearer ${token}` })).status).toBe(200);
    expect(heard).toEqual(['words']);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: `Bearer ${token}x` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['the token as a password', { authorization: `Basic ${btoa(`x:${token}`)}` }],
  ])('refuses %s before the handler runs and the body is read', async (_, headers) => {
    const { post, heard, kernel } = await serve();
    const response = await post('write', headers, 'x'.repeat(200));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await problemIn(response)).toMatchObject({ code: 'HTP4005' });
    expect(heard).toEqual([]);
    expect(kernel.leases.open).toBe(0);
  });

  it('refuses a page of another site also where no token is configured', async () => {
    const { post, heard } = await serve([]);
    expect((await post('write', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('write')).status).toBe(200);
    expect(heard).toEqual(['words']);
  });

  // A proxy on this machine that passes strangers on names the upstream as Host and adds nothing: the same request as its owner's.
  it.each<[string, Parameters<typeof startServer>[1]]>([
    ['in `start`', { mode: 'start' }],
    ['behind a public origin', { settings: { publicOrigin: 'https://bots.example.org' } }],
    ['behind a proxy that is trusted', { settings: { trustedProxies: ['10.0.0.7'] } }],
  ])('refuses even this machine %s where no token is configured', async (_, options) => {
    const { post, heard } = await serve([], options);
    const response = await post('write');
    expect(response.status).toBe(401);
    expect(await problemIn(response)).toMatchObject({ code: 'HTP4005' });
    expect(heard).toEqual([]);
  });

  it('leaves the others as they are', async () => {
    const { post } = await serve();
    expect((await post('webhook')).status).toBe(200);
  });
});
