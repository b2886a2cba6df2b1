import { expect, it } from 'vitest';
import { client, refusal, serve, signal } from './client-bench.ts';

it('names the other side in each failure, and nothing else of its address', async () => {
  const { port } = await serve(({ url = '' }, response) => {
    if (url.startsWith('/large')) response.end('x'.repeat(2_000));
    else if (url.startsWith('/round')) response.writeHead(302, { location: '/round?key=hidden' }).end();
    else if (url.startsWith('/on')) response.writeHead(307, { location: `http://localhost:${port}/` }).end();
    else response.destroy();
  });
  const here = `127.0.0.1:${port}`;
  const { http, clock } = client([here, `localhost:${port}`]);
  const fail = (path: string, more = {}) =>
    refusal(http.fetch(`http://${here}${path}?key=hidden`, { signal, maxBytes: 1_000, ...more }));
  const late = refusal(http.fetch('http://slow.test/?key=hidden', { signal, timeoutMs: 500 }));
  await clock.advance(500);
  const failures = [
    await fail('/broken'),
    await fail('/large'),
    await fail('/round'),
    await fail('/on', { method: 'POST', body: 'one' }),
    await late,
    await refusal(http.fetch('http://unknown.test/?key=hidden', { signal })),
  ];
  expect(failures.map(({ code, message }) => `${code} ${message.split(':').slice(0, -1).join(':')}`)).toEqual([
    `NET6004 Outgoing request to ${here}`,
    `NET6003 Outgoing request to ${here}`,
    `NET6005 Outgoing request to ${here}`,
    `NET6005 Outgoing request to ${here}: it sends the body on to localhost`,
    'NET6002 Outgoing request to slow.test',
    'NET6004 Outgoing request to unknown.test',
  ]);
  expect(failures.map(({ message }) => message).join()).not.toContain('hidden');
});
