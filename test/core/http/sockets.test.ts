import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Route, Socket, SocketRoute } from '../../../core/contract/index.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import { FakeKernel } from './fake-kernel.ts';
import { sendRaw, startServer } from './running-server.ts';

const echo: SocketRoute = {
  path: 'sessions/:id',
  async accept(request, call) {
    if (new URL(request.url).searchParams.get('token') !== 'good') {
      return {
        kind: 'rejected',
        response: Response.json({ code: 'no' }, { status: 401, headers: { 'x-why': 'token' } }),
      };
    }
    return {
      kind: 'accepted',
      async run(socket) {
        for await (const frame of socket.frames) {
          socket.send(typeof frame === 'string' ? `${call.parameters['id']}:${frame}` : frame);
        }
      },
    };
  },
};

function open(url: string, path: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', (code) => resolve(code)));
}

describe('a socket below /v1/:tenant/:channel/', () => {
  it('carries text and bytes both ways and holds its lease while it lives', async () => {
    const kernel = new FakeKernel({ sockets: [echo] });
    const { url } = await startServer(kernel);
    const socket = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    const received: (string | Buffer)[] = [];
    socket.on('message', (data: Buffer, binary) => received.push(binary ? data : data.toString()));
    socket.send('Grüße');
    socket.send(Buffer.from([1, 2, 3]));
    await expect.poll(() => received).toEqual(['s1:Grüße', Buffer.from([1, 2, 3])]);
    expect(kernel.leases.open).toBe(1);
    socket.close();
    await expect.poll(() => kernel.leases.open).toBe(0);
  });

  it('answers the last of a flood of pings, and goes on', async () => {
    const { url } = await startServer(new FakeKernel({ sockets: [echo] }));
    const socket = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    const [pongs, received]: string[][] = [[], []];
    socket.on('pong', (data) => pongs?.push(data.toString()));
    socket.on('message', (data: Buffer) => received?.push(data.toString()));
    for (let ping = 1; ping <= 500; ping += 1) socket.ping(String(ping));
    socket.send('still here');
    await expect.poll(() => [pongs?.at(-1), received]).toEqual(['500', ['s1:still here']]);
    expect(pongs?.toSorted((one, other) => Number(one) - Number(other))).toEqual(pongs);
    socket.close();
  });

  it('is refused before the upgrade with the response of the channel', async () => {
    const kernel = new FakeKernel({ sockets: [echo] });
    const { url, port } = await startServer(kernel);
    await expect(open(url, '/v1/praxis/web/sessions/s1?token=bad')).rejects.toThrow('401');
    const answer = await sendRaw(port, upgradeTo('/v1/praxis/web/sessions/s1?token=bad'));
    expect(answer).toContain('HTTP/1.1 401');
    expect(answer).toContain('x-why: token');
    expect(answer).toContain('{"code":"no"}');
    expect(kernel.leases.open).toBe(0);
  });

  it.each([
    ['/v1/praxis/web/elsewhere', 404],
    ['/v1/nobody/web/sessions/s1', 404],
    ['/health', 404],
    ['/v1/%ff/web/x', 400],
  ])('gives a problem for an upgrade of %s', async (path, status) => {
    const { port } = await startServer(new FakeKernel({ sockets: [echo] }));
    const answer = await sendRaw(port, upgradeTo(path));
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain('application/problem+json');
  });

  it('gives a problem for a handshake that is none, and lets go of the channel', async () => {
    const kernel = new FakeKernel({ sockets: [echo] });
    const { port } = await startServer(kernel);
    const answer = await sendRaw(
      port,
      'GET /v1/praxis/web/sessions/s1?token=good HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: short\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    expect(answer).toContain('HTTP/1.1 400');
    expect(answer).toContain('HTP4004');
    expect(kernel.leases.open).toBe(0);
  });

  it('answers a plain GET of a socket address with 426', async () => {
    const { url } = await startServer(new FakeKernel({ sockets: [echo] }));
    const response = await fetch(`${url}/v1/praxis/web/sessions/s1`);
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
  });

  it('closes with 1009 when a message is too long, and with 1007 when it is not UTF-8', async () => {
    const { url } = await startServer(new FakeKernel({ sockets: [echo] }), {
      settings: { limits: { maxSocketMessageBytes: 1_000 } },
    });
    const long = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    long.send('x'.repeat(1_001));
    expect(await closing(long)).toBe(1009);
    const invalid = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    invalid.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await closing(invalid)).toBe(1007);
  });

  it('closes with 1012 when its revision closes', async () => {
    const kernel = new FakeKernel({ sockets: [echo] });
    const { url } = await startServer(kernel);
    const socket = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    const code = closing(socket);
    kernel.revision.abort();
    expect(await code).toBe(1012);
    await expect.poll(() => kernel.leases.open).toBe(0);
  });

  it('closes with 1011 when the channel fails, with 1000 when it is done, and says nothing of why', async () => {
    const failing: SocketRoute = {
      path: ':how',
      accept: async (_request, call) => ({
        kind: 'accepted',
        run: async () => {
          if (call.parameters['how'] === 'fail') throw new Error('canary-51aa');
        },
      }),
    };
    const { url, lines } = await startServer(new FakeKernel({ sockets: [failing] }));
    expect(await closing(await open(url, '/v1/praxis/web/fail'))).toBe(1011);
    expect(await closing(await open(url, '/v1/praxis/web/done'))).toBe(1000);
    expect(lines.filter((line) => line.level === 'error')).toHaveLength(1);
  });

  it('drops a peer that answers no ping, and keeps one that does', async () => {
    const kernel = new FakeKernel({ sockets: [echo] });
    const { url, port } = await startServer(kernel, { settings: { limits: { pingEveryMs: 150 } } });
    const alive = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    const mute = connect(port, '127.0.0.1', () => mute.write(upgradeTo('/v1/praxis/web/sessions/s2?token=good')));
    mute.on('data', () => undefined);
    const dropped = new Promise((resolve) => mute.once('close', resolve));
    await dropped;
    await expect.poll(() => kernel.leases.open).toBe(1);
    expect(alive.readyState).toBe(WebSocket.OPEN);
    alive.close();
  });

  it('drops a client that reads nothing once too much waits for it, and shows how much waits', async () => {
    const seen: number[] = [];
    const flood: SocketRoute = {
      path: 'flood',
      accept: async () => ({
        kind: 'accepted',
        run: async (socket: Socket) => {
          const block = 'x'.repeat(65_536);
          while (!socket.signal.aborted) {
            socket.send(block);
            seen.push(socket.bufferedBytes);
            await systemClock.sleep(0, socket.signal).catch(() => undefined);
          }
        },
      }),
    };
    const kernel = new FakeKernel({ sockets: [flood] });
    const { url } = await startServer(kernel, { settings: { limits: { maxSocketBufferBytes: 500_000 } } });
    const socket = await open(url, '/v1/praxis/web/flood');
    socket.pause();
    await expect.poll(() => kernel.leases.open, { timeout: 10_000 }).toBe(0);
    expect(Math.max(...seen)).toBeGreaterThan(100_000);
    expect(Math.max(...seen)).toBeLessThan(1_000_000);
    socket.terminate();
  });

  it('reads no further than the channel does', async () => {
    const gate = Promise.withResolvers<void>();
    let read = 0;
    const slow: SocketRoute = {
      path: 'slow',
      accept: async () => ({
        kind: 'accepted',
        run: async (socket) => {
          await gate.promise;
          for await (const _ of socket.frames) {
            read += 1;
            if (read === 2_000) socket.close(1000, 'read all');
          }
        },
      }),
    };
    const { url } = await startServer(new FakeKernel({ sockets: [slow] }));
    const socket = await open(url, '/v1/praxis/web/slow');
    for (let sent = 0; sent < 2_000; sent += 1) socket.send('x'.repeat(10_000));
    await expect.poll(() => socket.bufferedAmount > 0, { timeout: 2_000 }).toBe(true);
    gate.resolve();
    expect(await closing(socket)).toBe(1000);
    expect(read).toBe(2_000);
  });
});

describe('closing the server', () => {
  it('closes sockets with 1001, ends streams, finishes what is being answered, and takes nothing new', async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const kernel = new FakeKernel({
      sockets: [echo],
      routes: [
        {
          method: 'POST',
          path: 'slow',
          handle: async () => {
            started.resolve();
            await finish.promise;
            return { kind: 'ignored', response: Response.json({ done: true }) };
          },
        },
        {
          method: 'GET',
          path: 'stream',
          handle: async () => ({
            kind: 'ignored',
            response: new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
          }),
        },
      ],
    });
    const { server, url, port } = await startServer(kernel);
    const socket = await open(url, '/v1/praxis/web/sessions/s1?token=good');
    const code = closing(socket);
    const stream = (await fetch(`${url}/v1/praxis/web/stream`)).text();
    const slow = fetch(`${url}/v1/praxis/web/slow`, { method: 'POST' });
    await started.promise;
    const closed = server.close();
    expect(await code).toBe(1001);
    await stream;
    await expect(sendRaw(port, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')).rejects.toThrow('ECONNREFUSED');
    finish.resolve();
    expect(await (await slow).json()).toEqual({ done: true });
    await closed;
    expect(kernel.leases.open).toBe(0);
  });

  it('tells who waits for an answer that takes too long to ask again, and does not cut them off', async () => {
    const handle: Route['handle'] = (_request, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const kernel = new FakeKernel({ routes: [{ method: 'GET', path: 'slow', handle }] });
    const { server, url } = await startServer(kernel, { settings: { limits: { closeTimeoutMs: 100 } } });
    const slow = fetch(`${url}/v1/praxis/web/slow`);
    await expect.poll(() => kernel.leases.open).toBe(1);
    const [answer] = await Promise.all([slow, server.close()]);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'HTP4008' });
  });

  it('does not wait for ever', async () => {
    const kernel = new FakeKernel({
      routes: [{ method: 'GET', path: 'never', handle: () => new Promise(() => undefined) }],
    });
    const { server, url } = await startServer(kernel, { settings: { limits: { closeTimeoutMs: 100 } } });
    const never = fetch(`${url}/v1/praxis/web/never`).catch(() => 'cut');
    await expect.poll(() => kernel.leases.open).toBe(1);
    await server.close();
    expect(await never).toBe('cut');
  });
});

function upgradeTo(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
}
