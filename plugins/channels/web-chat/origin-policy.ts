import { refuse } from './wire-error.ts';

/** Which websites may use the chat. Requests without an Origin do not come from a page and are judged by their token alone. */
export interface OriginPolicy {
  /** Header lines that let the page of this request read the answer. @throws PolyphonError WEB3001. */
  headersFor(request: Request): Readonly<Record<string, string>>;
  /** The same; none for a page that may not read the answer. */
  allowedHeadersFor(request: Request): Readonly<Record<string, string>>;
}

export function createOriginPolicy(origins: readonly string[]): OriginPolicy {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  const headersOf = (request: Request): Readonly<Record<string, string>> | undefined => {
    const origin = request.headers.get('origin');
    if (origin === null) return {};
    const same = origin.toLowerCase() === new URL(request.url).origin;
    if (!same && !allowed.has(origin.toLowerCase())) return undefined;
    return { 'access-control-allow-origin': origin, vary: 'Origin' };
  };
  return {
    headersFor: (request) => {
      const headers = headersOf(request);
      if (headers !== undefined) return headers;
      throw refuse(
        'WEB3001',
        'Web chat: this website may not show this chat. Add its origin to `channels.<key>.with.origins` in bot.yaml.',
      );
    },
    allowedHeadersFor: (request) => headersOf(request) ?? {},
  };
}

/** Answers a preflight. Sessions travel by token, never by cookie, so credentials are not allowed. */
export function preflight(headers: Readonly<Record<string, string>>): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, accept, last-event-id',
      'access-control-max-age': '600',
    },
  });
}
