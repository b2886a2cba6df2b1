import { createHmac, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelPlatform, SuiteFault, SuiteRequest, SuiteSent } from '../../../kit/index.ts';
import { listen, readBody, sendJson } from '../../../kit/listening-server.ts';

export interface SamplePlatform extends ChannelPlatform {
  readonly baseUrl: string;
  readonly token: string;
  readonly signingKey: string;
  /** What the next request for updates gives. */
  readonly updates: SuiteRequest[];
}

/** The longest text the platform takes. */
const maxText = 1_000;
/** And beside buttons. */
const maxTextWithButtons = 500;
const maxLabel = 20;
/** The largest file that the sample channel fetches. */
export const maxFileBytes = 1_000;

interface Wanted {
  readonly to: string;
  readonly text: string;
  readonly files: readonly string[];
  readonly buttons: readonly { readonly id: string; readonly label: string; readonly url?: string }[];
}

/** A messenger that exists only here: JSON in, JSON out, one token, one key. */
export async function startSamplePlatform(): Promise<SamplePlatform> {
  const token = `token-${randomUUID()}`;
  const signingKey = `key-${randomUUID()}`;
  const sent: SuiteSent[] = [];
  const faults: SuiteFault[] = [];
  const pressable: (readonly string[])[] = [];
  const updates: SuiteRequest[] = [];
  const files = new Map<string, Uint8Array>();
  let attempts = 0;
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    if (incoming.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end();
    else if (incoming.url?.startsWith('/files/') === true) giveFile(files.get(incoming.url), response);
    else if (incoming.url === '/updates') sendJson(response, 200, updates.splice(0));
    else if (incoming.url === '/typing') response.writeHead(200).end();
    else if (incoming.url === '/long') response.writeHead(200).write('There is more to come.');
    else if (incoming.url?.startsWith('/sent?') === true) sendJson(response, 200, { ids: idsOf(incoming.url) });
    else if (incoming.url === '/send') take(JSON.parse(body) as Wanted, response);
    else response.writeHead(404).end();
  };
  const giveFile = (bytes: Uint8Array | undefined, response: ServerResponse): void => {
    if (bytes === undefined) response.writeHead(410).end();
    else response.writeHead(200, { 'content-type': 'image/png' }).end(bytes);
  };
  const idsOf = (url: string): readonly string[] => {
    const text = new URL(url, 'http://sample').searchParams.get('text');
    return sent.flatMap((message, index) => (message.text === text ? [`m${index + 1}`] : []));
  };
  const take = (wanted: Wanted, response: ServerResponse): void => {
    attempts += 1;
    const fault = faults.shift();
    if (fault === 'busy') return void response.writeHead(429, { 'retry-after': '2' }).end();
    if (fault === 'failing') return void response.writeHead(500).end();
    const most = wanted.buttons.length > 0 ? maxTextWithButtons : maxText;
    if (fault === 'refused' || wanted.text.length > most || wanted.text === '')
      return void response.writeHead(400).end();
    if (wanted.buttons.some(({ label }) => label.length > maxLabel)) return void response.writeHead(400).end();
    sent.push({
      person: Number(String(wanted.to).replace('person-', '')),
      text: wanted.text,
      media: wanted.files.length,
      buttons: wanted.buttons.map(({ label }) => label),
      links: wanted.buttons.flatMap(({ url }) => url ?? []),
    });
    pressable.push(wanted.buttons.map(({ id }) => id));
    if (fault === 'lost') return void response.destroy();
    sendJson(response, 200, { id: `m${sent.length}` });
  };
  const server = await listen(answer);

  const signed = (body: string): SuiteRequest => ({
    route: 'webhook',
    headers: { 'x-signature': sign(signingKey, body), 'x-request-id': randomUUID() },
    body,
  });
  const told = (event: object): SuiteRequest => signed(JSON.stringify(event));
  const toldFile = (name: string): SuiteRequest =>
    told({ messages: [{ id: 'in-1', from: 'person-1', file: `${server.origin}/files/${name}` }] });

  return {
    baseUrl: server.origin,
    token,
    signingKey,
    updates,
    hosts: [server.host],
    secrets: [token, signingKey],
    sent,
    get attempts() {
      return attempts;
    },
    meet: (fault) => void faults.push(fault),
    busyForMs: 2_000,
    press: async (message, button) => [
      told({
        messages: [
          { id: `press-${message}`, from: `person-${sent[message]?.person}`, pressed: pressable[message]?.[button] },
        ],
      }),
    ],
    webhook: async (messages) => [
      told({
        messages: messages.map(({ number, person, text }) => ({ id: `in-${number}`, from: `person-${person}`, text })),
      }),
    ],
    forged: (request) => {
      const right = request.headers['x-signature'] ?? '';
      const withSignature = (signature: string): SuiteRequest => ({
        ...request,
        headers: { ...request.headers, 'x-signature': signature },
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
    unreadable: () => [told({ messages: [{ id: 'in-9', from: 'person-1', hologram: {} }] })],
    file: async (bytes = new Uint8Array([7, 7, 7])) => {
      files.set('/files/1', bytes);
      return { requests: [toldFile('1')], bytes };
    },
    goneFile: async () => ({ requests: [toldFile('gone')] }),
    largeFile: async () => {
      files.set('/files/large', new Uint8Array(maxFileBytes + 1));
      return { requests: [toldFile('large')] };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export function sign(key: string, body: string | Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('hex');
}
