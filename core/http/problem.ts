import type { IncomingMessage, ServerResponse } from 'node:http';
import { catalogue } from '../contract/catalogue.ts';
import { type Clock, type ErrorCode, PolyphonError } from '../contract/index.ts';

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

/** What a caller can do about errors that say no more: those of tenants, without a word of which there are, and of platforms. */
const nextSteps: Readonly<Partial<Record<ErrorCode, string>>> = {
  TEN2101: 'Correct the first part of the address after /v1/: it is the name of a folder of the deployment.',
  TEN2102: 'Try again later. Whoever runs the deployment sees the reason with `polyphon validate`.',
  TEN2103: 'Correct the second part of the address after /v1/: it is the key of a channel that the bot has turned on.',
  TEN2104: 'Send it again in a moment.',
  CNV5034: 'Try again in a moment. The log of the deployment has what the platform said, under this instance.',
  CNV5035: 'Try again in a moment: the platform is slow, or cannot be reached.',
};

export const problemType = 'application/problem+json';
/** With the encoding that every problem is written in. */
export const problemContentType = `${problemType}; charset=utf-8`;

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
 * plugins, so callers get the code's own sentence and a next step; the log has the rest.
 */
export function problemOf(error: unknown, requestId: string): Problem {
  const instance = instanceOf(requestId);
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
    detail: inside ? (nextSteps[error.code] ?? 'Quote the instance when you report it.') : error.message,
    instance,
    headers,
    data: inside ? nothing : error.data,
  };
}

/** How a problem names its occurrence. */
export function instanceOf(requestId: string): string {
  return `urn:polyphon:request:${requestId}`;
}

/** The JSON of a problem. `data` never hides the fixed members. */
export function problemBody(problem: Problem): string {
  const { status, code, title, detail, instance, data } = problem;
  return JSON.stringify({ ...data, type: 'about:blank', status, code, title, detail, instance });
}

/** How much of a body that nobody wants is read and thrown away, so that the caller can read the answer before the connection closes. */
const lingerBytes = 8_388_608;
const lingerMs = 2_000;

/** Answers with a problem. A request whose body is still arriving is read on for a moment, then its connection closes. */
export async function writeProblem(
  response: ServerResponse,
  problem: Problem,
  options: { readonly headers: Readonly<Record<string, string>>; readonly clock: Clock },
): Promise<void> {
  const body = problemBody(problem);
  const request = response.req;
  const complete = request.complete || request.destroyed;
  response.writeHead(problem.status, {
    ...options.headers,
    ...problem.headers,
    ...(complete ? {} : { connection: 'close' }),
    'content-type': problemContentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  if (request.method !== 'HEAD') response.write(body);
  if (!complete) await discard(request, options.clock);
  response.end();
}

async function discard(request: IncomingMessage, clock: Clock): Promise<void> {
  using deadline = clock.deadline(lingerMs);
  const { promise, resolve } = Promise.withResolvers<void>();
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > lingerBytes) resolve();
  };
  const done = () => resolve();
  deadline.signal.addEventListener('abort', done, { once: true });
  request.on('data', count).once('end', done).once('error', done).once('close', done).resume();
  await promise;
  request.off('data', count).off('end', done).off('close', done);
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
