import type { Channel, Logger, OutboundMessage } from '../../../../core/contract/index.ts';
import { systemClock } from '../../../../core/kernel/system.ts';
import { createHttp } from '../../../../core/network/http-client.ts';
import { openChannel } from '../../../../plugins/channels/telegram/channel.ts';
import {
  type FakeClock,
  type FakeTelegram,
  type FakeTelegramBot,
  startFakeTelegram,
  type TelegramFault,
} from '../../../kit/index.ts';

export const token = '42:token-of-the-tests';
export const never = new AbortController().signal;

export interface OpenTelegram extends AsyncDisposable {
  readonly telegram: FakeTelegram;
  readonly bot: FakeTelegramBot;
  readonly channel: Channel;
  /** Every log line, as JSON. */
  readonly lines: readonly string[];
}

export type ChannelConfig = Partial<Parameters<typeof openChannel>[0]['config']>;

/** The channel alone over the real network client and a fake Telegram. */
export async function openTelegram(config: ChannelConfig = {}, clock?: FakeClock): Promise<OpenTelegram> {
  const telegram = await startFakeTelegram();
  const bot = telegram.bot(token, 'lamp_bot');
  const lines: string[] = [];
  const write = (message: string, fields?: object): void => void lines.push(JSON.stringify({ message, ...fields }));
  const log: Logger = { debug: write, info: write, warn: write, error: write, with: () => log };
  const http = createHttp({ allowPrivate: [telegram.host], clock: clock ?? systemClock, log });
  const channel = await openChannel({
    config: { token, mode: 'webhook', baseUrl: telegram.baseUrl, groups: 'addressed', maxConnections: 40, ...config },
    http,
    clock: clock ?? systemClock,
    log,
    signal: never,
  });
  return {
    telegram,
    bot,
    channel,
    lines,
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await telegram[Symbol.asyncDispose]();
    },
  };
}

export function outbound(changes: Partial<OutboundMessage> = {}): OutboundMessage {
  return { id: 'out_1', conversation: '7', text: 'Hello', attachments: [], actions: [], citations: [], ...changes };
}

/** What channels have kept of messages, by id. */
const kept = new WeakMap<Channel, Map<string, string>>();

/** Hands a message over as core does, with what was kept of it. */
export function send(channel: Channel, changes: Partial<OutboundMessage> = {}, signal: AbortSignal = never) {
  if (channel.send === undefined) throw new Error('The channel does not send.');
  const message = outbound(changes);
  const ofChannel = kept.get(channel) ?? new Map<string, string>();
  kept.set(channel, ofChannel);
  const progress = ofChannel.get(message.id);
  const keep = async (told: string): Promise<boolean> => ofChannel.set(message.id, told).size > 0;
  return channel.send({ ...(progress === undefined ? {} : { progress }), ...message }, signal, keep);
}

/** Posts an update as Telegram does, and gives what the route makes of it. */
export function receive(channel: Channel, update: unknown, secret: string | undefined) {
  const route = channel.routes?.[0];
  if (route === undefined) throw new Error('The channel has no route.');
  const body = typeof update === 'string' ? update : JSON.stringify(update);
  const request = new Request('https://bots.example/v1/acme/tg/webhook', {
    method: 'POST',
    body,
    headers: secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret },
  });
  const call = { parameters: {}, body: Buffer.from(body), remoteAddress: '127.0.0.1', signal: never };
  return route.handle(request, call);
}

export const refuse = (status: number, description: string, parameters?: object): TelegramFault =>
  ({ kind: 'refuse', status, description, ...(parameters === undefined ? {} : { parameters }) }) as TelegramFault;
