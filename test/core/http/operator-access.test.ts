import { describe, expect, it } from 'vitest';
import type { Route } from '../../../core/contract/index.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

const token = 'operator-token-1';

/** A channel with one route for operators and one for anyone, and what they heard. */
async function serve(adminTokens: readonly string[] = [token]) {
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
  const { url } = await startServer(kernel, { adminTokens: [...adminTokens] });
  const post = (path: string, headers: Readonly<Record<string, string>> = {}, body = 'words') =>
    fetch(`${url}/v1/praxis/web/${path}`, { method: 'POST', headers, body });
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

  it('leaves the others as they are', async () => {
    const { post } = await serve();
    expect((await post('webhook')).status).toBe(200);
  });
});
