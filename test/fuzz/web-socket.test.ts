import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { BuiltBots } from './built-bots.ts';
import { Chance } from './chance.ts';
import { deploymentFiles } from './fuzz-channel.ts';
import { growthOf } from './fuzz-run.ts';
import { Platforms } from './platforms.ts';
import { SocketExchange, SocketFigures } from './socket-exchange.ts';
import { socketScript } from './socket-script.ts';
import { webChat } from './web-chat.ts';
import { WireSocket } from './wire-socket.ts';

interface Session {
  readonly session: string;
  readonly token: string;
}

const seed = inject('seed');
const wantedFrames = inject('bodies') * 2;
const canary = 'marzipan-canary-of-the-other-tenant';
const atOnce = 8;
/** Connections between two looks at the memory. */
const stretch = 40;
/** The line through the second half of the samples may rise by this part. */
const flat = 0.1;

describe('the sockets of web chat', () => {
  let platforms: Platforms;
  let server: BuiltBots;
  const sessions: Record<'acme' | 'other', Session[]> = { acme: [], other: [] };
  beforeAll(async () => {
    platforms = await Platforms.open();
    server = await BuiltBots.start(deploymentFiles(webChat, platforms));
    for (const tenantId of ['acme', 'other'] as const) {
      for (let index = 0; index < 20; index += 1) {
        const response = await fetch(`${server.origin}/v1/${tenantId}/web/sessions`, { method: 'POST' });
        sessions[tenantId].push((await response.json()) as Session);
      }
    }
    for (const { session, token } of sessions.other) {
      await fetch(`${server.origin}/v1/other/web/sessions/${session}/messages?wait=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ id: '1', text: `${canary}: what does the blue lamp cost?` }),
      });
    }
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await platforms[Symbol.asyncDispose]();
  });

  const open = (tenantId: string, session: string, token: string, headers: Readonly<Record<string, string>> = {}) =>
    WireSocket.open(server.origin, `/v1/${tenantId}/web/sessions/${session}?token=${encodeURIComponent(token)}`, {
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-version': '13',
      ...headers,
    });

  it('open for nobody else: no token, a cut one, that of another session or tenant, and no WebSocket', async () => {
    const before = server.rows();
    for (let index = 0; index < 500; index += 1) {
      const chance = new Chance(seed, index);
      const [mine, theirs] = [chance.one(sessions.acme), chance.one(sessions.other)];
      const neighbour = sessions.acme.find(({ session }) => session !== mine.session) ?? theirs;
      const key = 'sec-websocket-key';
      const [socket, expected] = await chance.one<() => Promise<readonly [WireSocket, readonly number[]]>>([
        async () => [await open('acme', mine.session, ''), [401]],
        async () => [await open('acme', mine.session, mine.token.slice(0, chance.below(mine.token.length))), [401]],
        async () => [await open('acme', mine.session, `${mine.token}${chance.one(['x', '\0', '=', ' '])}`), [401]],
        async () => [await open('acme', mine.session, 'x'.repeat(4_000)), [401]],
        async () => [await open('acme', mine.session, theirs.token), [401]],
        async () => [await open('acme', theirs.session, theirs.token), [401]],
        async () => [await open('acme', theirs.session, mine.token), [401]],
        async () => [await open('other', mine.session, mine.token), [401]],
        async () => [await open('other', theirs.session, mine.token), [401]],
        async () => [await open('acme', neighbour.session, mine.token), [401]],
        async () => [await open('nobody', mine.session, mine.token), [404]],
        async () => [await open('acme', `${mine.session}/x`, mine.token), [404]],
        async () => [await open('acme', mine.session, mine.token, { [key]: 'short' }), [400]],
        async () => [await open('acme', mine.session, mine.token, { 'sec-websocket-version': '7' }), [400, 426]],
      ])();
      await using _ = socket;
      expect(expected, `attempt ${index}: ${socket.words.join()}`).toContain(socket.status);
      expect(socket.words.join()).not.toContain(canary);
    }
    expect(server.rows()).toEqual(before);
    expect(server.errors).toEqual([]);
  });

  it(`answer ${wantedFrames} frames, each message with an event of its own or a close that says why`, async () => {
    const foreign = sessions.other.flatMap(({ session, token }) => [session, token]);
    const spies = await Promise.all(
      sessions.other.slice(0, 5).map(({ session, token }) => open('other', session, token)),
    );
    const figures = new SocketFigures();
    const memory: { bodies: number; bytes: number }[] = [];

    const converse = async (index: number): Promise<string> => {
      const chance = new Chance(seed, index);
      const { session, token } = chance.one(sessions.acme);
      await using socket = await open('acme', session, token);
      if (socket.status !== 101) return `the upgrade was answered with ${socket.status}`;
      const exchange = new SocketExchange(socket, socketScript(chance, foreign));
      await exchange.play(chance);
      figures.count(exchange);
      if (socket.words.join('\n').includes(canary)) return 'words of another tenant came';
      return exchange.objection();
    };

    for (let next = 0; figures.frames < wantedFrames; ) {
      const end = next + stretch;
      const worker = async (): Promise<void> => {
        while (next < end) {
          const index = next;
          next += 1;
          const wrong = await converse(index).catch((error: unknown) => String(error));
          if (wrong !== '')
            throw new Error(`Connection ${index} of seed ${seed}: ${wrong}. ${server.errors.join(' ')}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      await server.worksOff(0);
      memory.push({ bodies: figures.frames, bytes: await server.residentBytes() });
    }

    expect(server.isRunning).toBe(true);
    expect(server.errors).toEqual([]);
    // Nobody wrote to the other tenant, and nothing of what was said here reached it.
    for (const spy of spies) {
      expect(spy.words).toEqual([]);
      expect(spy.hasEnded).toBe(false);
      await spy[Symbol.asyncDispose]();
    }
    const { bytesPerBody, part } = growthOf(memory);
    const samples = memory.filter((_, index) => index % Math.ceil(memory.length / 10) === 0);
    process.stderr.write(
      `web-chat sockets: ${JSON.stringify(figures)}; ${samples.map(({ bytes }) => Math.round(bytes / 1_048_576)).join(' ')} MB; ${Math.round(bytesPerBody)} bytes a frame, ${Math.round(part * 1000) / 10} %\n`,
    );
    expect(part).toBeLessThan(flat);
  });
});
