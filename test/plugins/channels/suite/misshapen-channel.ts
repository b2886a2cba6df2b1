import type { Channel, Delivery, InboundMessage, Plugin, PluginContext, Route, SendResult } from 'polyphon/plugin';
import { sampleChannel } from './sample-channel.ts';

type Sample = ReturnType<typeof sampleChannel>;
type Context = PluginContext<'channel', Sample['schema']>;

/** What an author gets wrong that a compiler would have told: each makes another channel of a sound one. */
export const misshapen = {
  'numbers its messages': (channel) => reporting(channel, (message) => ({ ...message, id: 7 as never })),
  'names no conversation': (channel) =>
    reporting(channel, (message) => ({ ...message, conversation: undefined as never })),
  'forgets who wrote': (channel) => reporting(channel, (message) => ({ ...message, contact: undefined as never })),
  'fails where it makes its answer': (channel) =>
    routed(channel, (delivery) => {
      const respond = () => {
        throw new TypeError('receipts.first is not a function');
      };
      return delivery.kind === 'accepted' ? { ...delivery, respond } : delivery;
    }),
  'writes to one person only': (channel) => ({
    ...channel,
    send: async (message, signal) => {
      if (channel.send === undefined) throw new Error('The sample sends.');
      return channel.send({ ...message, conversation: 'person-1' }, signal);
    },
  }),
  'says nothing of what became of it': (channel) => sending(channel, () => undefined as never),
  'gives no id of what was delivered': (channel) =>
    sending(channel, (result) => (result.status === 'delivered' ? ({ status: 'delivered' } as never) : result)),
  'gives no reason': (channel) =>
    sending(channel, (result) => (result.status === 'rejected' ? { ...result, reason: '' } : result)),
  'reckons with a date': (channel) =>
    sending(channel, (result) =>
      result.status === 'rejected' && result.retryAfterMs !== undefined
        ? { ...result, retryAfterMs: Number('Sat, 21 Nov 2026 09:00:00 GMT') * 1000 }
        : result,
    ),
  'tells what was said in a reason': (channel) =>
    sending(channel, (result, text) =>
      result.status === 'rejected' ? { ...result, reason: `cannot send “${text}”` } : result,
    ),
  'leaves a timer with each message': (channel) =>
    sending(channel, (result) => {
      setInterval(() => undefined, 60_000).unref();
      return result;
    }),
  'logs the request that failed': (channel, { log, config }) =>
    sending(channel, (result) => {
      const failure = new Error('refused');
      const request = { headers: { 'x-from': config.token } };
      if (result.status === 'rejected') log.warn('a send failed', { error: Object.assign(failure, { request }) });
      return result;
    }),
  'shows its token with its address': (channel, { config }) => {
    const state = async () => ({ url: `https://bots.example/?key=${config.token}`, notes: [] });
    return { ...channel, registration: { set: state, info: state, delete: state } };
  },
  'does not say what a file is': (channel) => ({
    ...channel,
    fetchMedia: async (attachment, signal) => {
      const file = await channel.fetchMedia?.(attachment, signal);
      return { bytes: file?.bytes ?? new Uint8Array(), mediaType: undefined as never };
    },
  }),
  'throws while it shows that it writes': (channel) => ({
    ...channel,
    typing: () => Promise.reject(new Error('no such method')),
  }),
  'has no length': (channel) => ({
    ...channel,
    capabilities: { ...channel.capabilities, text: { maxLength: 0, format: 'plain' }, buttons: 0 },
  }),
} as const satisfies Readonly<Record<string, (channel: Channel, context: Context) => Channel>>;

export type Misshape = keyof typeof misshapen;

export function misshapenChannel(misshape: Misshape): Plugin<'channel', Sample['schema']> {
  const sound = sampleChannel();
  return { ...sound, open: async (context) => misshapen[misshape](await sound.open(context), context) };
}

function routed(channel: Channel, change: (delivery: Delivery) => Delivery): Channel {
  const routes = (channel.routes ?? []).map(
    (route): Route => ({ ...route, handle: async (request, call) => change(await route.handle(request, call)) }),
  );
  return { ...channel, routes };
}

function reporting(channel: Channel, change: (message: InboundMessage) => InboundMessage): Channel {
  return routed(channel, (delivery) =>
    delivery.kind === 'accepted' ? { ...delivery, messages: delivery.messages.map(change) } : delivery,
  );
}

function sending(channel: Channel, change: (result: SendResult, text: string) => SendResult): Channel {
  return {
    ...channel,
    send: async (message, signal) => {
      if (channel.send === undefined) throw new Error('The sample sends.');
      return change(await channel.send(message, signal), message.text);
    },
  };
}
