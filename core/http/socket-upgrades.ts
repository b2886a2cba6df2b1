import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Logger, PolyphonError, type Random, type RouteCall, type SocketAcceptance } from '../contract/index.ts';
import type { ChannelLease, Kernel } from '../kernel/face.ts';
import { requireTenantShape } from './channel-calls.ts';
import { ChannelSocket } from './channel-socket.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangeBook } from './exchange-book.ts';
import { followSignal } from './follow-signal.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { HttpLimits } from './http-settings.ts';
import { logFailure } from './log-failure.ts';
import { matchPath } from './match-route.ts';
import { problemBody, problemContentType, problemOf } from './problem.ts';
import { toRequest } from './web-exchange.ts';

export interface SocketUpgradesOptions {
  readonly kernel: Kernel;
  readonly book: ExchangeBook;
  readonly heartbeat: Heartbeat;
  readonly limits: HttpLimits;
  readonly headers: Readonly<Record<string, string>>;
  readonly random: Random;
  readonly log: Logger;
  readonly closing: () => boolean;
}

export interface SocketUpgrades {
  /** Answers an `upgrade` of the server; never throws. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  readonly count: number;
  /** Sends a close frame to all. */
  closeAll(code: number, reason: string): void;
  /** Ends what is still open. */
  terminateAll(): void;
  /** Resolves when no socket is left. */
  empty(): Promise<void>;
}

const noBody = new Uint8Array(0);
const closeFrameTimeoutMs = 5_000;

type Accepted = Extract<SocketAcceptance, { kind: 'accepted' }>;

/** WebSockets below `/v1/:tenant/:channel/`: the channel decides before the upgrade, and holds its lease while the socket lives. */
export function createSocketUpgrades(options: SocketUpgradesOptions): SocketUpgrades {
  const { kernel, book, heartbeat, limits, headers, random, log, closing } = options;
  const connections = new Set<WebSocket>();
  let whenEmpty: (() => void)[] = [];
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Its memory for each socket (64 kB and more) would dwarf what an idle chat costs.
    perMessageDeflate: false,
    maxPayload: limits.maxSocketMessageBytes,
    // ChannelSocket answers pings: `ws` ends the connection of who sends more than 60 at once, without a close frame.
    autoPong: false,
    // `ws` has it since 8.19; the types do not.
    ...{ closeTimeout: closeFrameTimeoutMs },
  });
  sockets.on('wsClientError', (_error, socket, request) => {
    refuse(
      request,
      socket,
      new PolyphonError('HTP4004', 'Upgrade: its headers are not those of a WebSocket. Use a WebSocket client.'),
      random.id('req'),
    );
  });

  return {
    async upgrade(request, socket, head) {
      const requestId = random.id('req');
      socket.on('error', () => socket.destroy());
      let exchange: Exchange | undefined;
      let lease: ChannelLease | undefined;
      try {
        if (closing() || connections.size >= limits.maxSockets) {
          throw new PolyphonError('HTP4008', 'Server: it takes no more sockets now. Try again in a second.');
        }
        exchange = book.open(request, requestId);
        const opened = exchange;
        socket.once('close', () => book.end(opened, new DOMException('The caller left.', 'AbortError')));
        const [root, tenantId = '', key = '', ...rest] = exchange.segments;
        if (root !== 'v1' || request.method !== 'GET') throw notASocket();
        requireTenantShape(tenantId);
        lease = await kernel.channel(tenantId, key, exchange.signal);
        const acceptance = await accept(lease, exchange, rest);
        if (acceptance.kind === 'rejected') {
          await refuseWith(acceptance.response, socket, exchange.requestId);
          return;
        }
        if (socket.destroyed) return;
        const held = lease;
        // Called at once or never: frames that came with the handshake must find their listener. `run` takes the lease along.
        sockets.handleUpgrade(request, socket, head, (connection) => {
          lease = undefined;
          void run(connection, socket, acceptance, held);
        });
      } catch (error) {
        refuse(request, socket, error, exchange?.requestId ?? requestId);
      } finally {
        lease?.[Symbol.dispose]();
        if (exchange !== undefined) book.close(exchange);
      }
    },
    get count() {
      return connections.size;
    },
    closeAll(code, reason) {
      for (const connection of connections) connection.close(code, reason);
    },
    terminateAll() {
      for (const connection of connections) connection.terminate();
    },
    empty: () => (connections.size === 0 ? Promise.resolve() : new Promise((resolve) => void whenEmpty.push(resolve))),
  };

  async function accept(lease: ChannelLease, exchange: Exchange, rest: readonly string[]): Promise<SocketAcceptance> {
    const match = matchPath(lease.socketRoutes, rest);
    if (match === undefined) throw notASocket();
    const call: RouteCall = {
      parameters: match.parameters,
      body: noBody,
      remoteAddress: exchange.caller.remoteAddress,
      signal: exchange.signal,
    };
    return match.route.accept(toRequest(exchange.request, exchange.caller.origin + exchange.target, noBody), call);
  }

  async function run(connection: WebSocket, wire: Duplex, acceptance: Accepted, lease: ChannelLease): Promise<void> {
    using _lease = lease;
    const channelSocket = new ChannelSocket(connection, wire, {
      deliver: lease.deliver,
      maxBufferBytes: limits.maxSocketBufferBytes,
    });
    using _pulse = heartbeat.add(channelSocket);
    const closed = new Promise<void>((resolve) => void connection.once('close', resolve));
    connections.add(connection);
    using _signal = followSignal(lease.signal, () => connection.close(1012, 'The bot was updated.'));
    try {
      await acceptance.run(channelSocket);
      connection.close(1000);
    } catch (error) {
      if (!channelSocket.signal.aborted) {
        log.error('A socket failed.', { error });
        connection.close(1011, 'Something went wrong.');
      }
    }
    await closed;
    connections.delete(connection);
    if (connections.size === 0) {
      for (const resolve of whenEmpty) resolve();
      whenEmpty = [];
    }
  }

  function refuse(request: IncomingMessage, socket: Duplex, error: unknown, requestId: string): void {
    const problem = problemOf(error, requestId);
    logFailure(log, 'An upgrade failed.', problem, { requestId, error });
    writeRaw(
      socket,
      problem.status,
      {
        ...headers,
        ...problem.headers,
        'content-type': problemContentType,
        'x-request-id': requestId,
      },
      request.method === 'HEAD' ? '' : problemBody(problem),
    );
  }

  async function refuseWith(response: Response, socket: Duplex, requestId: string): Promise<void> {
    const body = Buffer.from(await response.arrayBuffer());
    writeRaw(
      socket,
      response.status,
      { ...headers, ...Object.fromEntries(response.headers), 'x-request-id': requestId },
      body,
    );
  }
}

/** An answer on a connection that Node has handed over. The connection closes with it. */
export function writeRaw(
  socket: Duplex,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  if (socket.destroyed || !socket.writable) return;
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n`);
  socket.end(body);
  // What the peer still sends is not read; without this a half-open connection would stay.
  socket.once('finish', () => socket.destroy());
}

function notASocket(): PolyphonError {
  return new PolyphonError('HTP4001', 'Address: no WebSocket is served here. See /openapi.json for what is.');
}
