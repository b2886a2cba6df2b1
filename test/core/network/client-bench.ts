import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Logger, PolyphonError } from '../../../core/contract/index.ts';
import { createHttp } from '../../../core/network/http-client.ts';
import { ManualClock } from './manual-clock.ts';

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };

interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server on 127.0.0.1 that records what reaches it. */
export async function serve(answer: RequestListener) {
  const requests: Recorded[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, requests, connections: () => connections };
}

export function client(allowPrivate: readonly string[], names: Readonly<Record<string, readonly string[]>> = {}) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const http = createHttp({
    allowPrivate,
    clock,
    log: silent,
    resolve: async (name) => {
      asked.push(name);
      const found = names[name];
      if (found === undefined) throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      return found;
    },
  });
  onTestFinished(() => http[Symbol.asyncDispose]());
  return { http, clock, asked };
}

export const { signal } = new AbortController();

export async function refusal(promise: Promise<unknown>): Promise<PolyphonError> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PolyphonError)) throw error;
  return error;
}
