import { type ErrorCode, PolyphonError } from 'polyphon/plugin';

/** problem+json (RFC 9457) with the headers a browser on another site needs to read it. */
export function problemResponse(error: PolyphonError, headers: Readonly<Record<string, string>>): Response {
  const retry =
    error.retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) };
  return new Response(JSON.stringify(problemOf(error)), {
    status: error.status,
    headers: {
      ...headers,
      ...retry,
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
    },
  });
}

export function problemOf(error: PolyphonError) {
  return {
    type: 'about:blank',
    status: error.status,
    code: error.code,
    title: error.summary,
    detail: error.message,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

type WebCode = Extract<ErrorCode, `WEB${string}`>;

export function refuse(code: WebCode, message: string, options?: { readonly retryAfterMs?: number }): PolyphonError {
  return new PolyphonError(code, message, options);
}
