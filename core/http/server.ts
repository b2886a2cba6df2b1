import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import { Router } from '@koa/router';
import ipaddr from 'ipaddr.js';
import { type Clock, type Logger, PolyphonError, type Random } from '../contract/index.ts';
import type { WebhookJournal } from '../conversation/webhook-log/webhook-journal.ts';
import type { Kernel, ReloadReport } from '../kernel/face.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createAnswer } from './answer.ts';
import { type AppState, createApp } from './app.ts';
import { createAssets } from './assets.ts';
import { createCallerReader } from './caller.ts';
import { createChannelCalls } from './channel-calls.ts';
import type { OperatorPeople } from './contact-routes.ts';
import { createExchangeBook } from './exchange-book.ts';
import { createHeaderSets } from './header-sets.ts';
import { createHeartbeat } from './heartbeat.ts';
import { defaultLimits, type HttpLimits, type HttpSettings } from './http-settings.ts';
import { createOperatorAuth } from './operator-auth.ts';
import type { OperatorConversations, OperatorDeliveries, OperatorKnowledge } from './operator-port.ts';
import { addOperatorRoutes } from './operator-routes.ts';
import { addPlayRoutes } from './play-routes.ts';
import { problemBody, problemContentType, problemOf } from './problem.ts';
import { addProcessRoutes } from './process-routes.ts';
import { createReloadFeed } from './reload-feed.ts';
import { createSocketUpgrades, writeRaw } from './socket-upgrades.ts';

export interface HttpServerOptions {
  readonly kernel: Kernel;
  readonly settings: HttpSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where `npm run build` puts `play.html`, `widget.js` and `assets/`. It may be missing. */
  readonly assetsDirectory: string;
  /** Operator tokens. Without any, operator routes answer on a loopback-only server, to callers on this machine. */
  readonly adminTokens: readonly string[];
  readonly conversations: OperatorConversations;
  readonly knowledge: OperatorKnowledge;
  readonly deliveries: OperatorDeliveries;
  readonly people: OperatorPeople;
  /** Where requests of platforms are kept; absent: nowhere. */
  readonly journal?: Pick<WebhookJournal, 'record'>;
  readonly mode: 'dev' | 'start';
  /** Asked by `/ready`, by name; anything but `ok` takes the process out of rotation. */
  readonly checks?: Readonly<Record<string, (signal: AbortSignal) => Promise<string>>>;
}

export interface HttpServer extends AsyncDisposable {
  /** @throws the system's error (EADDRINUSE, EACCES) when the port cannot be had. */
  listen(signal: AbortSignal): Promise<{ readonly url: string; readonly port: number }>;
  /** Tells open playgrounds and the metrics; hand it to `kernel.watch`. */
  readonly announceReload: (report: ReloadReport) => void;
  /**
   * Stops taking requests, ends event streams, closes sockets with 1001, waits for what still runs up to `closeTimeoutMs`, then ends
   * it. The same as disposing.
   */
  close(): Promise<void>;
}

/** For a problem to be written and read, when the server does not wait for the answer any more. */
const lastWordsMs = 1_000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { kernel, settings, clock, random, log, metrics, mode } = options;
  const limits: HttpLimits = { ...defaultLimits, ...settings.limits };
  const headers = createHeaderSets(settings.publicOrigin);
  const book = createExchangeBook(createCallerReader(settings));
  const reloads = createReloadFeed();
  const stop = new AbortController();
  let state: 'open' | 'closing' = 'open';
  const closing = () => state === 'closing';

  const auth = createOperatorAuth({ tokens: options.adminTokens, withoutToken: withoutToken(mode, settings), clock });
  const heartbeat = createHeartbeat({ clock, everyMs: limits.pingEveryMs });
  const upgrades = createSocketUpgrades({
    kernel,
    book,
    heartbeat,
    limits,
    headers: headers.api,
    random,
    log,
    closing,
  });
  const router = new Router<AppState>({ sensitive: true });
  const answerWith = (lines: Readonly<Record<string, string>>) =>
    createAnswer({ headers: lines, clock, stallTimeoutMs: limits.stallTimeoutMs });
  const answer = answerWith(headers.api);
  addProcessRoutes(router, { kernel, metrics, auth, answer, closing, checks: options.checks ?? {} });
  addOperatorRoutes(router, {
    kernel,
    conversations: options.conversations,
    knowledge: options.knowledge,
    deliveries: options.deliveries,
    people: options.people,
    auth,
    clock,
    answer,
  });
  addPlayRoutes(router, {
    kernel,
    assets: createAssets(options.assetsDirectory),
    reloads,
    auth,
    playground: playgroundOf(mode, settings.playground),
    clock,
    answer,
    answerPage: answerWith(headers.page),
    answerAsset: answerWith(headers.asset),
  });
  metrics.readFrom({ sockets: () => upgrades.count });

  const callChannel = createChannelCalls({
    kernel,
    auth,
    clock,
    headers: headers.api,
    stallTimeoutMs: limits.stallTimeoutMs,
    journal: options.journal,
  });
  // A connection that was busy when the server began to close would be kept alive for its next request.
  const answered = () => {
    if (closing()) setImmediate(() => server.closeIdleConnections());
  };
  const app = createApp({
    book,
    router,
    callChannel,
    headers: headers.api,
    clock,
    random,
    log,
    metrics,
    closing,
    answered,
  });
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
      // Anything else that asks for an upgrade (h2c) is answered as the plain request it also is.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    app,
  );
  server.on('upgrade', (request, socket, head) => void upgrades.upgrade(request, socket, head));
  server.on('clientError', answerClientError);
  server.on('checkContinue', (request, response) => {
    response.writeContinue();
    app(request, response);
  });
  // An expectation nobody knows is no reason to refuse (RFC 9110, 10.1.1), and Node's own refusal has no body.
  server.on('checkExpectation', app);

  async function close(): Promise<void> {
    if (state === 'closing') return closed;
    state = 'closing';
    return finish();
  }
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<void>();

  async function finish(): Promise<void> {
    const idle = server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : Promise.resolve();
    upgrades.closeAll(1001, 'The server stops.');
    const reason = new DOMException('The server stops.', 'AbortError');
    // Readers of a stream that only listens come back elsewhere; an answer that is being written is finished.
    for (const exchange of book.openNow) {
      if (exchange.phase === 'events' && exchange.request.method === 'GET') exchange.abort(reason);
    }
    using patience = clock.deadline(limits.closeTimeoutMs);
    await Promise.race([Promise.all([idle, upgrades.empty()]), over(patience.signal)]);
    for (const exchange of book.openNow) exchange.abort(reason);
    // Who waits is told that it has to ask again, and not cut off without a word.
    using lastWords = clock.deadline(lastWordsMs);
    await Promise.race([idle, over(lastWords.signal)]);
    upgrades.terminateAll();
    server.closeAllConnections();
    await idle;
    stop.abort(reason);
    resolveClosed();
  }

  /** What is not HTTP, comes too slowly or has too large headers. */
  function answerClientError(error: NodeJS.ErrnoException, socket: NetSocket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = problemOf(clientProblem(error.code), random.id('req'));
    metrics.httpRequest({ method: '', route: 'unmatched', status: problem.status, elapsedMs: 0 });
    writeRaw(socket, problem.status, { ...headers.api, 'content-type': problemContentType }, problemBody(problem));
  }

  return {
    async listen(signal) {
      signal.throwIfAborted();
      server.listen({ port: settings.port, host: settings.host, backlog: 1_024 });
      await once(server, 'listening', { signal });
      void heartbeat.run(stop.signal);
      const { port } = server.address() as AddressInfo;
      return { url: settings.publicOrigin ?? `http://${hostForUrl(settings.host)}:${port}`, port };
    },
    announceReload(report) {
      metrics.reload(report.outcome, report.elapsedMs);
      reloads.announce(report);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function over(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function playgroundOf(mode: 'dev' | 'start', setting: 'on' | 'off' | undefined): 'open' | 'operators' | 'off' {
  if (mode === 'dev') return setting === 'off' ? 'off' : 'open';
  return setting === 'on' ? 'operators' : 'off';
}

function clientProblem(code: string | undefined): PolyphonError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new PolyphonError('HTP4009', 'Request: it did not arrive in time. Send it again on a better line.');
    case 'HPE_HEADER_OVERFLOW':
      return new PolyphonError('HTP4011', 'Headers: they are larger than the limit. Send fewer or shorter ones.');
    default:
      return new PolyphonError('HTP4004', 'Request: it is not valid HTTP/1.1. Use an HTTP client.');
  }
}

/** A public origin or a proxy says that strangers come through this machine's own address. */
function withoutToken(mode: 'dev' | 'start', settings: HttpSettings): 'nobody' | 'this machine' {
  const { host, publicOrigin, trustedProxies } = settings;
  const closed = mode === 'start' || !isLoopbackHost(host) || publicOrigin !== undefined || trustedProxies.length > 0;
  return closed ? 'nobody' : 'this machine';
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}

/** An address that people can open: `0.0.0.0` and `::` are none. */
function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '' || host === '127.0.0.1' || host === '::1') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
