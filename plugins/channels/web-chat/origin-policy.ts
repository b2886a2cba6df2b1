import type { Logger } from 'polyphon/plugin';
import { refuse } from './wire-error.ts';

/** Which websites may use the chat. Requests without an Origin do not come from a page and are judged by their token alone. */
export interface OriginPolicy {
  /** Header lines that let the page of this request read the answer. @throws PolyphonError WEB3001. */
  headersFor(request: Request): Readonly<Record<string, string>>;
  /** The same; none for a page that may not read the answer. */
  allowedHeadersFor(request: Request): Readonly<Record<string, string>>;
}

/** Anybody may send any origin: what is remembered, and logged, has an end. */
const maxTold = 100;
const longestOrigin = 200;

/** The log hears of each website that is refused once. */
export function createOriginPolicy(origins: readonly string[], log: Pick<Logger, 'warn'>): OriginPolicy {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));
  const headersOf = (request: Request): Readonly<Record<string, string>> | undefined => {
    const origin = request.headers.get('origin');
    if (origin === null) return {};
    const same = origin.toLowerCase() === new URL(request.url).origin;
    if (!same && !allowed.has(origin.toLowerCase())) return undefined;
    return { 'access-control-allow-origin': origin, vary: 'Origin' };
  };
  const told = new Set<string>();
  const tell = (origin: string): void => {
    if (told.has(origin) || told.size >= maxTold || origin.length > longestOrigin) return;
    told.add(origin);
    log.warn('a website may not show this chat; where it should, add it to `origins` of the channel', { origin });
  };
  return {
    headersFor: (request) => {
      const headers = headersOf(request);
      if (headers !== undefined) return headers;
      tell(request.headers.get('origin') ?? '');
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
