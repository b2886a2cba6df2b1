import type { RouterContext } from '@koa/router';
import type { Clock } from '../contract/index.ts';
import type { AppState } from './app.ts';
import type { HttpExchange } from './exchange.ts';
import { sendResponse } from './web-exchange.ts';

export type Parameters = Readonly<Record<string, string>>;
export type Answerer = (exchange: HttpExchange, parameters: Parameters) => Response | Promise<Response>;

/** Turns handlers that give web Responses into Koa's, and tells metrics which route answered. */
export function createAnswer(options: {
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly stallTimeoutMs: number;
}): (handler: Answerer) => (context: RouterContext<AppState>) => Promise<void> {
  return (handler) => async (context) => {
    const { exchange } = context.state;
    exchange.route = String(context.routerPath ?? context._matchedRoute ?? 'unmatched');
    await sendResponse(exchange, await handler(exchange, context['params'] as Parameters), options);
  };
}
