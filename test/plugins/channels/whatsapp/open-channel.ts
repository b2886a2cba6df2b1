import type { Channel, LogFields, Logger, OutboundMessage, RouteCall } from 'polyphon/plugin';
import { systemClock, systemRandom } from '../../../../core/kernel/system.ts';
import { createHttp } from '../../../../core/network/http-client.ts';
import { plugin } from '../../../../plugins/channels/whatsapp/plugin.ts';
import type { WhatsappConfig } from '../../../../plugins/channels/whatsapp/schema.ts';
import type { FakeWhatsapp } from '../../../kit/index.ts';

export interface OpenChannel extends AsyncDisposable {
  readonly channel: Channel;
  /** Every log line, as JSON. */
  readonly lines: readonly string[];
  readonly signal: AbortSignal;
}

/** The channel alone, with the real way out to the fake. `hosts` may be reached beside the fake, as in `127.0.0.1:8080`. */
export async function openChannel(
  meta: FakeWhatsapp,
  config: Partial<WhatsappConfig> = {},
  hosts: readonly string[] = [],
): Promise<OpenChannel> {
  const lines: string[] = [];
  const write = (message: string, fields?: LogFields) => void lines.push(JSON.stringify({ message, ...fields }));
  const log: Logger = { debug: write, info: write, warn: write, error: write, with: () => log };
  const http = createHttp({ allowPrivate: [new URL(meta.baseUrl).host, ...hosts], clock: systemClock, log });
  const stop = new AbortController();
  const channel = await plugin.open({
    config: {
      phoneNumberId: meta.phoneNumberId,
      accessToken: meta.accessToken,
      appSecret: meta.appSecret,
      verifyToken: meta.verifyToken,
      templates: {},
      listLabel: '☰',
      markRead: 'answered',
      maxMediaBytes: 16_000_000,
      baseUrl: meta.baseUrl,
      apiVersion: 'v23.0',
      ...config,
    },
    tenantId: 'lamps',
    key: 'whatsapp',
    log,
    http,
    clock: systemClock,
    random: systemRandom,
    signal: stop.signal,
    ports: {},
    own: (resource) => resource,
    conversations: undefined as never,
    outbound: undefined as never,
    presentation: { name: {}, defaultLanguage: 'en', languages: ['en'], greeting: {}, suggestions: [] },
  });
  return { channel, lines, signal: stop.signal, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

/** Asks the channel for a challenge, as Meta does before it takes an address; 404 for an address that is none of the channel. */
export async function challenged({ channel, signal }: OpenChannel, address: URL): Promise<Response> {
  const path = address.pathname.split('/').at(-1);
  const route = channel.routes?.find((one) => one.method === 'GET' && one.path === path);
  const call = { parameters: {}, body: new Uint8Array(), signal } as unknown as RouteCall;
  const delivery = await route?.handle(new Request(address), call);
  return delivery?.kind === 'ignored' ? delivery.response : new Response(null, { status: route ? 403 : 404 });
}

export function outbound(fields: Partial<OutboundMessage>): OutboundMessage {
  return {
    id: 'out_1',
    conversation: '16505551234',
    text: '',
    attachments: [],
    actions: [],
    citations: [],
    ...fields,
  };
}
