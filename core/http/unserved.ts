import type { HttpExchange } from './exchange.ts';

/**
 * Whose website may read that a bot does not serve: anybody's. Which websites are allowed stands in the definition that could not be
 * opened; without a word of ours a browser tells the page only of a network error. Such a problem says what every caller without a
 * browser can read, and credentials are not allowed.
 */
const open = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after, x-request-id' };

/** A browser asks first: the answer must be a good one, or the page does not get to read the problem that follows. */
export function preflightOfUnserved({ request }: HttpExchange): Response | undefined {
  const { method, headers } = request;
  if (method !== 'OPTIONS' || headers.origin === undefined) return undefined;
  if (headers['access-control-request-method'] === undefined) return undefined;
  return new Response(null, {
    status: 204,
    headers: {
      ...open,
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, accept, last-event-id',
      // In a moment the bot may serve again, and then its own rules hold.
      'access-control-max-age': '0',
    },
  });
}

/** Lets the page that asked read the problem. */
export function openUnserved({ request, response }: HttpExchange): void {
  if (request.headers.origin === undefined || response.headersSent) return;
  for (const [name, value] of Object.entries(open)) response.setHeader(name, value);
}
