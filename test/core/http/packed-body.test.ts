import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../../core/contract/index.ts';
import { FakeKernel } from './fake-kernel.ts';
import { problemIn, startServer } from './running-server.ts';

const words = JSON.stringify({ text: 'Guten Tag' });

/** A channel with one route that takes a body. */
function listening() {
  const heard: string[] = [];
  const handle: Route['handle'] = async (_, { body }) => {
    heard.push(Buffer.from(body).toString());
    return { kind: 'ignored', response: Response.json({}) };
  };
  return { heard, kernel: new FakeKernel({ routes: [{ method: 'POST', path: 'in', handle }] }) };
}

describe('a body with a Content-Encoding', () => {
  it.each([
    ['gzip', 'gzip', gzipSync(words)],
    ['gzip that is none', 'gzip', words],
    ['several', 'identity, br', words],
    ['one that nobody knows', 'utf-8', words],
  ])('is refused with 415 and what is taken, and reaches no channel: %s', async (_name, encoding, body) => {
    const { heard, kernel } = listening();
    const { url } = await startServer(kernel);
    const response = await fetch(`${url}/v1/praxis/web/in`, {
      method: 'POST',
      body,
      headers: { 'content-encoding': encoding },
    });
    expect(response.status).toBe(415);
    expect(response.headers.get('accept-encoding')).toBe('identity');
    expect((await problemIn(response)).code).toBe('HTP4017');
    expect(heard).toEqual([]);
    expect(kernel.leases.open).toBe(0);
  });

  it.each(['identity', 'Identity', '', 'identity, identity'])('is taken where it says "%s"', async (encoding) => {
    const { heard, kernel } = listening();
    const { url } = await startServer(kernel);
    const init = { method: 'POST', body: words, headers: { 'content-encoding': encoding } };
    expect((await fetch(`${url}/v1/praxis/web/in`, init)).status).toBe(200);
    expect(heard).toEqual([words]);
  });

  it('says nothing where there is no body', async () => {
    const { heard, kernel } = listening();
    const { url } = await startServer(kernel);
    const init = { method: 'POST', headers: { 'content-encoding': 'gzip' } };
    expect((await fetch(`${url}/v1/praxis/web/in`, init)).status).toBe(200);
    expect(heard).toEqual(['']);
  });

  it('is refused to operators too', async () => {
    const { url } = await startServer(new FakeKernel());
    const response = await fetch(`${url}/v1/praxis/conversations/c1/messages`, {
      method: 'POST',
      body: words,
      headers: { authorization: 'Bearer operator-token-1', 'content-encoding': 'gzip' },
    });
    expect(response.status).toBe(415);
    expect((await problemIn(response)).code).toBe('HTP4017');
  });
});
