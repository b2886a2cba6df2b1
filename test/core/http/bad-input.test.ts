import { describe, expect, it } from 'vitest';
import { FakeKernel } from './fake-kernel.ts';
import { sendRaw, startServer } from './running-server.ts';

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
