import type { Channel, Clock, LogFields, Logger, OutboundMessage } from 'polyphon/plugin';
import { systemClock, systemRandom } from '../../../../core/kernel/system.ts';
import { createHttp } from '../../../../core/network/http-client.ts';
import { plugin } from '../../../../plugins/channels/twilio-messaging/plugin.ts';
import type { TwilioConfig } from '../../../../plugins/channels/twilio-messaging/schema.ts';
import type { FakeTwilio } from '../../../kit/index.ts';

export interface OpenChannel extends AsyncDisposable {
  readonly channel: Channel;
  /** Every log line, as JSON. */
  readonly lines: readonly string[];
  readonly signal: AbortSignal;
}

/** The channel alone, with the real way out to the fake. */
export async function openChannel(
  twilio: Pick<FakeTwilio, 'accountSid' | 'authToken' | 'baseUrl' | 'hosts'>,
  config: Partial<TwilioConfig> = {},
  grants: { readonly address?: string; readonly clock?: Clock; readonly lastTakenAt?: () => number | undefined } = {
    address: 'https://bots.example/v1/lamps/sms',
  },
): Promise<OpenChannel> {
  const lines: string[] = [];
  const write = (message: string, fields?: LogFields) => void lines.push(JSON.stringify({ message, ...fields }));
  const log: Logger = { debug: write, info: write, warn: write, error: write, with: () => log };
  const http = createHttp({ allowPrivate: [...twilio.hosts], clock: systemClock, log });
  const stop = new AbortController();
  const channel = await plugin.open({
    config: {
      accountSid: twilio.accountSid,
      authToken: twilio.authToken,
      templates: {},
      maxMediaBytes: 16_000_000,
      baseUrl: twilio.baseUrl,
      ...(config.messagingServiceSid === undefined ? { from: '+4930111222' } : {}),
      ...config,
    },
    tenantId: 'lamps',
    key: 'sms',
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
    ...grants,
  });
  return { channel, lines, signal: stop.signal, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

export function outbound(fields: Partial<OutboundMessage>): OutboundMessage {
  return {
    id: 'out_1',
    conversation: '+491701234567',
    text: '',
    attachments: [],
    actions: [],
    citations: [],
    ...fields,
  };
}
