import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../../core/contract/index.ts';
import { FakeKernel } from './fake-kernel.ts';
import { startServer } from './running-server.ts';

const seed = 20_261_121;
const share = { mutated: 4_000, bodies: 4_000, garbage: 1_000, upgrades: 1_000 };

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'get', 'BREW', ''];
const segments = [
  'v1', 'praxis', 'web', 'nobody', 'sessions', 's1', 'messages', 'stream', 'health', 'ready', 'metrics', 'play', 'api', 'bots', 'assets',
  'search', 'conversations', 'c1', 'take', 'widget.js', 'openapi.json', '..', '.', '', '%2e%2e', '%2f', '%00', '%ff', '%zz', '%u0041',
  '__proto__', 'constructor', ':tenant', '*', 'ß', '\u{1f600}', 'x'.repeat(300),
]; // biome-ignore format: one word list
const queries = [
  '',
  '?',
  '?q=a&k=3',
  '?q=%ff',
  '?token=x&token=y',
  '?after=-1',
  '?limit=1e9',
  '?__proto__[a]=1',
  `?${'a'.repeat(9_000)}`,
];

const target = fc
  .tuple(fc.array(fc.constantFrom(...segments), { maxLength: 7 }), fc.constantFrom(...queries))
  .map(([path, query]) => `/${path.join('/')}${query}`);
const headerLine = fc.oneof(
  fc.constantFrom(
    'Host: localhost', 'Host: ', 'Host: evil.example', 'Host: [::1', 'Content-Length: 5', 'Content-Length: -1', 'Content-Length: 99999999999',
    'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Connection: Upgrade', 'Connection: keep-alive', 'Upgrade: websocket', 'Upgrade: h2c',
    'Expect: 100-continue', 'Expect: magic', 'Authorization: Bearer x', 'Authorization: Bearer operator-token-1', 'Authorization: ',
    'Content-Type: text/plain', 'Content-Type: application/json; charset=utf-7', 'Content-Encoding: gzip', 'Accept: text/event-stream',
    'Origin: null', 'Origin: https://evil.example', 'Last-Event-ID: abc', 'If-None-Match: *', 'Range: bytes=0-', 'X-Forwarded-For: 1.2.3.4, x',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: a,,b', 'Sec-WebSocket-Extensions: ;;',
    ': no name', 'No colon', ' Folded: header', 'X-Null: a\u0000b',
  ),
  fc.string({ maxLength: 40 }),
); // biome-ignore format: one word list
const payload = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    '[]',
    'null',
    '{"a":',
    '{"text":"\\ud800"}',
    '{"__proto__":{"a":1}}',
    `{"text":"${'x'.repeat(2_000)}"}`,
    '[['.repeat(2_000),
  ),
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const mutated = fc
  .tuple(
    fc.constantFrom(...methods),
    target,
    fc.array(headerLine, { maxLength: 6 }),
    payload,
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''),
  )
  .map(([method, path, headers, body, version]) =>
    Buffer.from(
      `${method} ${path} ${version}\r\n${['Host: localhost', ...headers].join('\r\n')}\r\n\r\n${body}`,
      'utf8',
    ),
  );
const garbage = fc
  .uint8Array({ minLength: 1, maxLength: 400 })
  .map((bytes) => Buffer.concat([bytes, Buffer.from('\r\n\r\n')]));

const echo: Route['handle'] = async (_request, call) => {
  try {
    return {
      kind: 'ignored',
      response: Response.json(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(call.body))),
    };
  } catch {
    return { kind: 'rejected', reason: 'malformed' };
  }
};

function channel() {
  return new FakeKernel({
    routes: [
      { method: 'POST', path: 'sessions/:id/messages', maxBytes: 1_000, handle: echo },
      { method: 'GET', path: 'sessions/:id', handle: async () => ({ kind: 'rejected', reason: 'bad-signature' }) },
    ],
    sockets: [
      {
        path: 'sessions/:id',
        accept: async () => ({ kind: 'rejected', response: Response.json({ code: 'X' }, { status: 401 }) }),
      },
    ],
  });
}

/** Sends bytes, half-closes, and gives what came back. */
function send(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
      // An event stream would stay open for ever.
      if (text.includes('text/event-stream')) socket.destroy();
    });
    socket.once('error', () => undefined);
    socket.once('close', () => resolve(text));
  });
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
    }),
  );
}

const statusLines = /HTTP\/1\.1 (\d{3}) [^\r]*\r\n((?:[^\r]+\r\n)*)/g;

describe('10,000 requests that nobody should send', () => {
  it('are answered without a 5xx, each refusal as a problem, and leave the server as it was', {
    timeout: 60_000,
  }, async () => {
    const kernel = channel();
    const { url, port, lines } = await startServer(kernel);
    const statuses = new Map<number, number>();
    const note = (status: number, request: unknown, headers: string) => {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status >= 500) throw new Error(`${status} for ${JSON.stringify(String(request))}`);
      if (status >= 400 && !/content-type: application\/(?:problem\+)?json/i.test(headers)) {
        throw new Error(`${status} without a problem for ${JSON.stringify(String(request))}: ${headers}`);
      }
    };
    const raw = [
      ...fc.sample(mutated, { numRuns: share.mutated, seed }),
      ...fc.sample(garbage, { numRuns: share.garbage, seed }),
    ];
    const upgrades = fc
      .sample(fc.tuple(target, fc.array(headerLine, { maxLength: 4 })), { numRuns: share.upgrades, seed })
      .map(([path, headers]) =>
        Buffer.from(
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers.join('\r\n')}\r\n\r\n`,
        ),
      );
    await inParallel([...raw, ...upgrades], 32, async (bytes) => {
      const answer = await send(port, bytes);
      for (const [, status, headers] of answer.matchAll(statusLines)) note(Number(status), bytes, headers ?? '');
    });
    const bodies = fc.sample(
      fc.tuple(
        fc.constantFrom('/v1/praxis/web/sessions/s1/messages', '/v1/praxis/conversations/c1/messages'),
        fc.oneof(payload, fc.uint8Array({ maxLength: 2_000 })),
        fc.constantFrom('Bearer operator-token-1', 'Bearer x.y.z', ''),
        fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'x/y; charset=\u00ff'),
      ),
      { numRuns: share.bodies, seed },
    );
    await inParallel(bodies, 32, async ([path, body, authorization, type]) => {
      const response = await fetch(url + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : new Uint8Array(body),
        headers: { 'content-type': type, ...(authorization === '' ? {} : { authorization }) },
      });
      await response.arrayBuffer();
      note(response.status, `${path} ${body}`, `content-type: ${response.headers.get('content-type')}`);
    });

    const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(9_000);
    // A suite that only ever saw one kind of answer would prove little.
    for (const status of [200, 400, 401, 404, 405, 413, 414])
      expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(0);
    expect(lines.filter((line) => line.level === 'error')).toEqual([]);
    expect(kernel.leases.open).toBe(0);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});
