import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FakeTwilioForm, TwilioRefusalAnswer } from './fake-twilio-rules.ts';

const maxBodyBytes = 1_048_576;

export interface Listening extends AsyncDisposable {
  readonly address: string;
  /** `host:port`. */
  readonly host: string;
}

/** A server on a free port of this machine. */
export async function listen(
  handle: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Listening> {
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return { address: `http://${host}`, host, [Symbol.asyncDispose]: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export async function readBody(incoming: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > maxBodyBytes) throw new Error('The body is larger than the fake takes.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export function formOf(text: string): FakeTwilioForm {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = form[name];
    if (known === undefined) form[name] = value;
    else form[name] = [known, value].flat();
  }
  return form;
}

export function sendRefusal(response: ServerResponse, refusal: TwilioRefusalAnswer): void {
  const { status, code, message, retryAfterSeconds } = refusal;
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  sendJson(response, status, { code, message, more_info, status }, headers);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
