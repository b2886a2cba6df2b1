import type { ServerResponse } from 'node:http';
import { type ErrorCode, PolyphonError } from '../contract/index.ts';
import { catalogue } from '../contract/catalogue.ts';

/** An error as a caller sees it: RFC 9457. Never a stack, never what an error of ours says about the inside. */
export interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
  /** Names this occurrence; the log line of a 5xx carries the same id. */
  readonly instance: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, unknown>>;
}

const nothing = Object.freeze({});

/** An error whose response needs more headers than its code implies (`Allow`, `WWW-Authenticate`). */
export class HttpRefusal extends PolyphonError {
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = nothing) {
    super(code, message);
    this.headers = headers;
  }
}

/**
 * What a caller may read about an error. Messages of ours about tenants and about the inside (5xx) name neighbours, channels and
 * plugins, so callers get the code's own sentence; the log has the rest.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  const instance = `urn:polyphon:request:${requestId}`;
  if (!(error instanceof PolyphonError)) {
    return {
      status: 500,
      code: 'HTP4000',
      title: sentence(catalogue.HTP4000.summary),
      detail: 'The error is in the log of the deployment. Quote the instance when you report it.',
      instance,
      headers: nothing,
      data: nothing,
    };
  }
  const title = sentence(catalogue[error.code].summary);
  const inside = (error.status >= 500 && error.code !== 'HTP4008') || error.code.startsWith('TEN');
  const headers: Record<string, string> = error instanceof HttpRefusal ? { ...error.headers } : {};
  const retryAfterMs = error.retryAfterMs ?? (error.status === 503 ? 1000 : undefined);
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return {
    status: error.status,
    code: error.code,
    title,
    detail: inside ? `${title} Quote the instance when you report it.` : error.message,
    instance,
    headers,
    data: inside ? nothing : error.data,
  };
}

/** The JSON of a problem. `data` never hides the fixed members. */
export function problemBody(problem: Problem): string {
  const { status, code, title, detail, instance, data } = problem;
  return JSON.stringify({ ...data, type: 'about:blank', status, code, title, detail, instance });
}

export function writeProblem(response: ServerResponse, problem: Problem, extra: Readonly<Record<string, string>> = nothing): void {
  const body = problemBody(problem);
  for (const name of response.getHeaderNames()) if (name.startsWith('content-')) response.removeHeader(name);
  response.writeHead(problem.status, {
    ...extra,
    ...problem.headers,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
