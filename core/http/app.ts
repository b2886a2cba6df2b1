import type { RequestListener } from 'node:http';
import type { Router } from '@koa/router';
import Koa from 'koa';
import { type Clock, type Logger, PolyphonError, type Random } from '../contract/index.ts';
import { isReservedChannel } from '../contract/reserved-channels.ts';
import type { Metrics } from '../observe/metrics.ts';
import { tenantShape } from './channel-calls.ts';
import type { HttpExchange } from './exchange.ts';
import type { ExchangeBook } from './exchange-book.ts';
import { logFailure } from './log-failure.ts';
import { HttpRefusal, problemOf, writeProblem } from './problem.ts';

/** What Koa carries from one middleware to the next. */
export interface AppState {
  exchange: HttpExchange;
}

export interface AppOptions {
  readonly book: ExchangeBook;
  /** Routes of the process, of operators and of the playground. */
  readonly router: Router<AppState>;
  /** Answers what lies below `/v1/:tenant/:channel/`. */
  readonly callChannel: (exchange: HttpExchange) => Promise<void>;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'httpRequest'>;
  readonly closing: () => boolean;
  /** The last byte of a response is out, or its caller is gone. */
  readonly answered: () => void;
}

/** The request handler of the server. Every request gets an id, an answer, and a line in the metrics. */
export function createApp(options: AppOptions): RequestListener {
  const { book, router, callChannel, headers, clock, random, log, metrics, closing, answered } = options;
  const app = new Koa<AppState>();
  app.silent = true;

  app.use(async (context, next) => {
    // Responses are written by sendResponse, which knows back-pressure and callers that leave.
    context.respond = false;
    const { req: request, res: response } = context;
    const startedMs = clock.monotonicMs();
    let requestId = random.id('req');
    let exchange: HttpExchange | undefined;
    response.once('close', () => {
      answered();
      const elapsedMs = clock.monotonicMs() - startedMs;
      const route = exchange?.route ?? 'unmatched';
      const method = request.method ?? '';
      metrics.httpRequest({ method, route, status: response.statusCode, elapsedMs });
      log.debug('A request was answered.', {
        requestId,
        method,
        route,
        ...tenantIn(exchange),
        status: response.statusCode,
        elapsedMs: Math.round(elapsedMs),
      });
      if (exchange !== undefined && !response.writableFinished)
        book.end(exchange, new DOMException('The caller left.', 'AbortError'));
    });
    try {
      if (closing()) response.shouldKeepAlive = false;
      exchange = Object.assign(book.open(request, requestId), { response });
      requestId = exchange.requestId;
      response.setHeader('x-request-id', requestId);
      context.state.exchange = exchange;
      if (closing()) throw new PolyphonError('HTP4008', 'Server: it is stopping. Try again in a second.');
      await next();
    } catch (error) {
      await answerError(error, exchange);
    } finally {
      if (exchange !== undefined) book.close(exchange);
    }

    async function answerError(error: unknown, on: HttpExchange | undefined): Promise<void> {
      if (response.destroyed) return;
      if (response.headersSent) {
        log.warn('A response broke off.', { requestId, route: on?.route, error });
        response.destroy();
        return;
      }
      const known = on?.signal.aborted && !(error instanceof PolyphonError) ? revisionClosed(error) : error;
      const problem = problemOf(known, requestId);
      logFailure(log, 'A request failed.', problem, { requestId, route: on?.route, ...tenantIn(on), error: known });
      if (on === undefined) response.setHeader('x-request-id', requestId);
      await writeProblem(response, problem, { headers, clock });
    }
  });

  app.use(async (context, next) => {
    const { exchange } = context.state;
    const { segments } = exchange;
    if (segments[0] === 'v1' && segments.length > 2 && !isReservedChannel(segments[2] ?? '')) {
      await callChannel(exchange);
      return;
    }
    await next();
  });

  app.use(router.routes());
  app.use((context) => {
    const methods = new Set(router.match(context.path, '').path.flatMap((layer) => layer.methods));
    if (methods.size === 0)
      throw new PolyphonError('HTP4001', 'Address: nothing is served here. See /openapi.json for what is.');
    const allow = [...methods].sort().join(', ');
    throw new HttpRefusal('HTP4002', `Method: this address takes ${allow}.`, { allow });
  });

  return app.callback();
}

function revisionClosed(cause: unknown): PolyphonError {
  return new PolyphonError('HTP4008', 'Server: the revision that served this request closed. Try again.', { cause });
}

/** Whose request it was, for the log; only what can be the name of a tenant, never what somebody typed into an address. */
function tenantIn(exchange: HttpExchange | undefined): { readonly tenant?: string } {
  const [root, tenant = ''] = exchange?.segments ?? [];
  return root === 'v1' && tenantShape.test(tenant) ? { tenant } : {};
}
