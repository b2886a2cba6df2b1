import { describe, expect, it } from 'vitest';
import { isUnsent } from '../../../core/contract/index.ts';
import { client, refusal, serve, signal } from './client-bench.ts';

describe('redirects', () => {
  it('keep credentials on the same origin and leave them behind on another', async () => {
    const last = await serve((_request, response) => response.end('end'));
    const first = await serve((request, response) => {
      const location = request.url === '/a' ? '/b' : `http://127.0.0.1:${last.port}/c`;
      response.writeHead(302, { location }).end();
    });
    const { http } = client([`127.0.0.1:${first.port}`, `127.0.0.1:${last.port}`]);
    const response = await http.fetch(`http://127.0.0.1:${first.port}/a`, {
      method: 'POST',
      body: 'x',
      headers: { authorization: 'Bearer t', 'x-api-key': 'k', accept: 'text/plain' },
      signal,
    });
    expect(response.url).toBe(`http://127.0.0.1:${last.port}/c`);
    expect(first.requests.map(({ method, headers }) => [method, headers['x-api-key']])).toEqual([
      ['POST', 'k'],
      ['GET', 'k'],
    ]);
    expect(last.requests[0]?.headers).toMatchObject({ accept: 'text/plain' });
    expect(last.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(last.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('end with an error when there are too many, or when a body would go to another origin', async () => {
    const other = await serve((_request, response) => response.end());
    const { port } = await serve((request, response) => {
      if (request.method === 'POST') response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end();
      else response.writeHead(302, { location: '/again' }).end();
    });
    const { http } = client([`127.0.0.1:${port}`, `127.0.0.1:${other.port}`]);
    expect((await refusal(http.fetch(`http://127.0.0.1:${port}/`, { signal }))).code).toBe('NET6005');
    const posted = http.fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'secret', signal });
    expect((await refusal(posted)).code).toBe('NET6005');
    expect(other.requests).toHaveLength(0);
  });

  it.each([
    ['the guard refuses', 'http://10.0.0.7/', 'NET6001'],
    ['nobody knows', 'http://unknown.test/', 'NET6004'],
  ])('to what %s do not unsay that the request was taken', async (_, location, code) => {
    const { port } = await serve((_request, response) => response.writeHead(303, { location }).end());
    const { http } = client([`127.0.0.1:${port}`]);
    const error = await refusal(http.fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'one', signal }));
    expect([error.code, isUnsent(error)]).toEqual([code, false]);
  });
});
