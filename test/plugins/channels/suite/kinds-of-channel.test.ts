import type { Channel, Plugin, PluginContext, SendResult } from 'polyphon/plugin';
import { describe, it } from 'vitest';
import { channelSuite } from '../../../kit/index.ts';
import { sampleChannel } from './sample-channel.ts';
import { type SamplePlatform, startSamplePlatform } from './sample-platform.ts';

type Sample = ReturnType<typeof sampleChannel>;
type Context = PluginContext<'channel', Sample['schema']>;

function channelOf(change: (channel: Channel, context: Context) => Channel): Plugin<'channel', Sample['schema']> {
  const sound = sampleChannel();
  return { ...sound, open: async (context) => change(await sound.open(context), context) };
}

function passes(plugin: Plugin<'channel', Sample['schema']>, start: () => Promise<SamplePlatform>): void {
  const suite = channelSuite({
    plugin,
    config: ({ baseUrl, token, signingKey }) => ({ baseUrl, token, signingKey }),
    fixtures: { start },
  });
  for (const { name, run } of suite) it(name, run);
}

/** The platform takes bytes, and no address. */
const uploading = channelOf((channel, { http }) => ({
  ...channel,
  send: async (message, signal): Promise<SendResult> => {
    for (const { url = '', mediaType } of message.attachments) {
      const file = await http.fetch(url, { signal });
      const bytes = await file.bytes();
      const isWhole = file.ok && file.headers.get('content-type') === mediaType && bytes.length > 0;
      if (!isWhole) return { status: 'rejected', reason: 'file-not-there' };
    }
    return (await channel.send?.(message, signal)) ?? { status: 'uncertain' };
  },
}));

/** Nobody calls it. */
const listening = channelOf(({ routes = [], ...channel }, { http, config, clock }) => ({
  ...channel,
  listen: async (deliver, signal, heard) => {
    while (!signal.aborted) {
      const headers = { authorization: `Bearer ${config.token}` };
      const response = await http.fetch(`${config.baseUrl}/updates`, { headers, signal });
      const updates = (await response.json()) as SamplePlatform['updates'];
      heard();
      for (const { body, headers: told } of updates) {
        const web = new Request('https://bots.example/', { method: 'POST', headers: told });
        const call = { parameters: {}, body: Buffer.from(body), remoteAddress: '', signal };
        const delivery = await routes[0]?.handle(web, call);
        if (delivery?.kind === 'accepted') await deliver(delivery.messages);
      }
      await clock.sleep(5, signal);
    }
  },
}));

async function startListenedPlatform(): Promise<SamplePlatform> {
  const platform = await startSamplePlatform();
  const { unreadable: _, ...rest } = platform;
  const { updates } = platform;
  return Object.defineProperties(
    {
      ...rest,
      webhook: async () => [],
      forged: () => [],
      unknown: () => [],
      tell: async (messages) => void updates.push(...(await platform.webhook(messages))),
      press: async (message, button) => {
        updates.push(...((await platform.press?.(message, button)) ?? []));
        return [];
      },
      file: async (bytes) => {
        const file = await platform.file?.(bytes);
        updates.push(...(file?.requests ?? []));
        return { requests: [], bytes: file?.bytes ?? new Uint8Array() };
      },
      goneFile: async () => {
        updates.push(...((await platform.goneFile?.())?.requests ?? []));
        return { requests: [] };
      },
      largeFile: async () => {
        updates.push(...((await platform.largeFile?.())?.requests ?? []));
        return { requests: [] };
      },
    } satisfies SamplePlatform,
    { attempts: { get: () => platform.attempts } },
  );
}

describe('a channel that hands over bytes', () => passes(uploading, startSamplePlatform));

describe('a channel that only listens', () => passes(listening, startListenedPlatform));
