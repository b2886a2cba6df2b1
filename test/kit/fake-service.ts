import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, readBody, sendJson } from './listening-server.ts';
import { Waiters } from './waiters.ts';

/** A service that answers JSON with JSON, on a real port, with its own log: the judge of what was asked. */
export interface FakeService<Request> extends AsyncDisposable {
  readonly origin: string;
  /** `host:port`, for `http.allowPrivate`. */
  readonly address: string;
  /** Every request that arrived, also those that were refused. */
  readonly requests: readonly Request[];
  /** Answers to come, in order, instead of the service's own. */
  fail(...failures: readonly FakeServiceFailure[]): void;
  /** Resolves when `count` requests have arrived. */
  arrived(count: number): Promise<void>;
}

export interface FakeServiceFailure {
  readonly status: number;
  /** In the error that is sent, where the service has codes. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of an error. */
  readonly body?: string;
  /** Nothing is sent; the connection stays open until the client leaves. */
  readonly silent?: 'yes';
  /** Not a failure: answered as always, when this resolves. */
  readonly after?: Promise<unknown>;
}

export interface FakeServiceRules<Request> {
  /** What is written into `requests`. */
  read(incoming: IncomingMessage, body: string): Request;
  refusalOf(request: Request, incoming: IncomingMessage): FakeServiceFailure | undefined;
  /** For what was not refused. */
  answer(request: Request): object;
  /** The body of an error with this code. */
  error(code: string | undefined): object;
}

export async function startFakeService<Request>(rules: FakeServiceRules<Request>): Promise<FakeService<Request>> {
  const requests: Request[] = [];
  const failures: FakeServiceFailure[] = [];
  const waiters = new Waiters();
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = rules.read(incoming, await readBody(incoming));
    requests.push(request);
    waiters.wake();
    const coming = failures.shift();
    await coming?.after;
    const failure = coming?.after === undefined && coming !== undefined ? coming : rules.refusalOf(request, incoming);
    if (failure?.silent === 'yes') return;
    if (failure === undefined) {
      sendJson(response, 200, rules.answer(request));
      return;
    }
    const text = failure.body ?? JSON.stringify(rules.error(failure.code));
    response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers }).end(text);
  };
  const server = await listen(answer);
  return {
    origin: server.origin,
    address: server.host,
    requests,
    fail: (...more) => void failures.push(...more),
    arrived: (count) => waiters.until(() => requests.length >= count),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
