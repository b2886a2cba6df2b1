import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ChannelPlatform, SuiteFault, SuiteRequest, SuiteSent } from '../../../kit/index.ts';

export interface SamplePlatform extends ChannelPlatform {
  readonly baseUrl: string;
  readonly token: string;
  readonly signingKey: string;
}

/** The longest text the platform takes. */
const maxText = 1_000;
const fileBytes = new Uint8Array([7, 7, 7]);

interface Wanted {
  readonly text: string;
  readonly files: readonly string[];
  readonly buttons: readonly string[];
}

/** A messenger that exists only here: JSON in, JSON out, one token, one key. */
export async function startSamplePlatform(): Promise<SamplePlatform> {
  const token = `token-${randomUUID()}`;
  const signingKey = `key-${randomUUID()}`;
  const sent: SuiteSent[] = [];
  const faults: SuiteFault[] = [];
  let attempts = 0;
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(incoming);
    if (incoming.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end();
    else if (incoming.url === '/files/1') response.writeHead(200, { 'content-type': 'image/png' }).end(fileBytes);
    else if (incoming.url === '/send') take(JSON.parse(body) as Wanted, response);
    else response.writeHead(404).end();
  };
  const take = (wanted: Wanted, response: ServerResponse): void => {
    attempts += 1;
    const fault = faults.shift();
    if (fault === 'busy') return void response.writeHead(429, { 'retry-after': '2' }).end();
    if (fault === 'failing') return void response.writeHead(500).end();
    if (fault === 'refused' || wanted.text.length > maxText || wanted.text === '')
      return void response.writeHead(400).end();
    sent.push({ text: wanted.text, media: wanted.files.length, buttons: wanted.buttons });
    if (fault === 'lost') return void response.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: `m${attempts}` }));
  };
  const server = createServer((incoming, response) => {
    void answer(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

  const signed = (body: string): SuiteRequest => ({
    route: 'webhook',
    headers: { 'x-signature': sign(signingKey, body), 'x-request-id': randomUUID() },
    body,
  });
  const told = (event: object): SuiteRequest => signed(JSON.stringify(event));

  return {
    baseUrl: `http://${host}`,
    token,
    signingKey,
    hosts: [host],
    secrets: [token, signingKey],
    sent,
    get attempts() {
      return attempts;
    },
    meet: (fault) => void faults.push(fault),
    webhook: async (messages) => [
      told({
        messages: messages.map(({ number, person, text }) => ({ id: `in-${number}`, from: `person-${person}`, text })),
      }),
    ],
    forged: (request) => {
      const right = request.headers['x-signature'] ?? '';
      const withSignature = (signature: string): SuiteRequest => ({
        ...request,
        headers: { 'x-signature': signature },
      });
      return [
        { ...request, headers: {} },
        withSignature(''),
        withSignature(right.slice(0, -2)),
        withSignature(sign('another key', request.body)),
        { ...request, body: String(request.body).replace('Good', 'Evil') },
      ];
    },
    unknown: () => [told({ reaction: { on: 'in-1' } }), told([]), signed('null'), signed('{"messages":'), signed('')],
    file: async () => ({
      requests: [told({ messages: [{ id: 'in-1', from: 'person-1', file: `http://${host}/files/1` }] })],
      bytes: fileBytes,
    }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export function sign(key: string, body: string | Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of incoming as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts).toString();
}
