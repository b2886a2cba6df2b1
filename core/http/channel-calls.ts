import type { Clock, RouteCall } from '../contract/index.ts';
import { PolyphonError } from '../contract/index.ts';
import type { WebhookTaken } from '../conversation/webhook-log/webhook-call.ts';
import type { WebhookJournal } from '../conversation/webhook-log/webhook-journal.ts';
import type { ChannelFailure, ChannelLease, Kernel } from '../kernel/face.ts';
import type { HttpExchange } from './exchange.ts';
import { followSignal } from './follow-signal.ts';
import { matchPath, matchRoute } from './match-route.ts';
import type { OperatorAuth } from './operator-auth.ts';
import { HttpRefusal, instanceOf, problemContentType, problemOf, problemType } from './problem.ts';
import { readBody } from './read-body.ts';
import { settleDelivery } from './settle-delivery.ts';
import { openUnserved, preflightOfUnserved } from './unserved.ts';
import { sendResponse, toRequest } from './web-exchange.ts';

export interface ChannelCallOptions {
  readonly kernel: Kernel;
  readonly auth: OperatorAuth;
  readonly clock: Clock;
  /** Header lines of every answer to an API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly stallTimeoutMs: number;
  /** Where requests of platforms are kept; absent: nowhere. */
  readonly journal: Pick<WebhookJournal, 'record'> | undefined;
}

/** What the contract promises a route that names no limit. */
const defaultMaxBytes = 1_048_576;
const noBody = new Uint8Array(0);
/** Tenant ids as bot definitions allow them; anything else is not looked up. */
export const tenantShape = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Answers one request below `/v1/:tenant/:channel/`: body, handler, durable messages, response. The channel stays open until the
 * response has ended, however long it streams.
 */
export function createChannelCalls(options: ChannelCallOptions): (exchange: HttpExchange) => Promise<void> {
  const { kernel, auth, clock, headers, stallTimeoutMs, journal } = options;
  return async (exchange) => {
    const [, tenantId = '', key = '', ...rest] = exchange.segments;
    exchange.route = '/v1/:tenant/:channel';
    using lease = await channelOf(exchange, tenantId, key);
    if (lease === undefined) return;
    using _ = followSignal(lease.signal, () => exchange.abort(new DOMException('The revision closed.', 'AbortError')));
    try {
      await answer(exchange, lease, { tenantId, key, rest });
    } catch (error) {
      // The server answers in the channel's place, and the page must be able to read why.
      if (lease.channel.problemHeaders !== undefined && !exchange.response.headersSent) {
        const request = toRequest(exchange.request, exchange.caller.origin + exchange.target, noBody);
        exchange.response.setHeaders(new Headers(lease.channel.problemHeaders(request)));
      }
      throw error;
    }
  };

  /** Undefined where the answer is out already. */
  async function channelOf(exchange: HttpExchange, tenantId: string, key: string): Promise<ChannelLease | undefined> {
    try {
      requireTenantShape(tenantId);
      return await kernel.channel(tenantId, key, exchange.signal);
    } catch (error) {
      const preflight = preflightOfUnserved(exchange);
      if (preflight === undefined) {
        openUnserved(exchange);
        throw error;
      }
      await sendResponse(exchange, preflight, { headers, clock, stallTimeoutMs });
      return undefined;
    }
  }

  async function answer(
    exchange: HttpExchange,
    lease: ChannelLease,
    { tenantId, key, rest }: { readonly tenantId: string; readonly key: string; readonly rest: readonly string[] },
  ): Promise<void> {
    const method = exchange.request.method ?? 'GET';
    const match = matchRoute(lease.channel.routes ?? [], method, rest);
    switch (match.kind) {
      case 'not-found':
        if (rest.length === 1 && rest[0] === 'health' && (method === 'GET' || method === 'HEAD')) {
          exchange.route = '/v1/:tenant/:channel/health';
          await send(healthOf(lease.failure));
          return;
        }
        if (matchPath(lease.socketRoutes, rest) !== undefined) {
          throw new HttpRefusal('HTP4010', 'Address: it speaks WebSocket. Connect with a WebSocket client.', {
            connection: 'Upgrade',
            upgrade: 'websocket',
          });
        }
        throw new PolyphonError(
          'HTP4001',
          'Address: the channel serves nothing here. See the README of its plugin for its routes.',
        );
      case 'method-not-allowed':
        throw new HttpRefusal('HTP4002', `Method: this address takes ${match.allow.join(', ')}.`, {
          allow: match.allow.join(', '),
        });
      case 'found':
        break;
      default:
        match satisfies never;
        return;
    }
    const { route, parameters } = match;
    exchange.route = `/v1/:tenant/:channel/${route.path}`;
    if (route.access === 'operator') auth.require(exchange);
    let body: Uint8Array | undefined;
    let startMs = clock.monotonicMs();
    const record = (status: number, taken: WebhookTaken): void => {
      // What a browser asks of a chat is no webhook, nor what a program of ours asks with an operator's token.
      if (journal === undefined || route.access === 'operator') return;
      if (lease.channel.capabilities.streaming === 'events') return;
      const durationMs = clock.monotonicMs() - startMs;
      const asked = { tenantId, channel: key, method, route: route.path, headers: exchange.request.headers, body };
      journal.record({ ...asked, status, taken, durationMs });
    };
    let taken: WebhookTaken | undefined;
    let response: Response;
    try {
      body = await readBody(exchange.request, route.maxBytes ?? defaultMaxBytes);
      // How long the body took to arrive is the doing of the network.
      startMs = clock.monotonicMs();
      const request = toRequest(exchange.request, exchange.caller.origin + exchange.target, body);
      const { remoteAddress } = exchange.caller;
      const call: RouteCall = { parameters, body, remoteAddress, signal: exchange.signal };
      response = await settleDelivery(await route.handle(request, call), lease, (what) => {
        taken = what;
      });
    } catch (error) {
      const { status, code } = problemOf(error, exchange.requestId);
      record(status, taken ?? { kind: 'failed', code });
      throw error;
    }
    if (taken !== undefined) record(response.status, taken);
    await send(response);

    async function send(response: Response): Promise<void> {
      return sendResponse(exchange, await named(response, exchange.requestId), { headers, clock, stallTimeoutMs });
    }
  }
}

/** What a channel that hears nothing says is for whoever watches it, and so is not hidden as other reasons of a 503 are. */
function healthOf(failure: ChannelFailure | undefined): Response {
  if (failure === undefined) return Response.json({ status: 'ok' });
  const { code, detail, since } = failure;
  const body = { type: 'about:blank', status: 503, code, title: 'The channel hears nothing.', detail, since };
  const headers = { 'content-type': problemContentType, 'cache-control': 'no-store' };
  return new Response(JSON.stringify(body), { status: 503, headers });
}

/** A problem of a channel gets the `instance` that every problem has: a plugin does not know the number of the request. */
async function named(response: Response, requestId: string): Promise<Response> {
  if (response.headers.get('content-type')?.startsWith(problemType) !== true) return response;
  const text = await response.text();
  const body: unknown = readJson(text);
  const { status, headers } = response;
  if (typeof body !== 'object' || body === null || 'instance' in body) return new Response(text, { status, headers });
  return new Response(JSON.stringify({ ...body, instance: instanceOf(requestId) }), { status, headers });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws PolyphonError TEN2101. */
export function requireTenantShape(tenantId: string): void {
  if (!tenantShape.test(tenantId))
    throw new PolyphonError('TEN2101', 'Address: no tenant can have this name. Correct the address.');
}
