import type { Channel, Plugin } from 'polyphon/plugin';
import { describe, expect, it, vi } from 'vitest';
import { type ChannelPlatform, channelSuite } from '../../../kit/index.ts';
import { sampleChannel } from './sample-channel.ts';
import { type SamplePlatform, startSamplePlatform } from './sample-platform.ts';

type Sample = ReturnType<typeof sampleChannel>;

interface Told {
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/** What the suite says of a sound channel where its fixtures are otherwise. */
async function told(change: Partial<ChannelPlatform>, plugin: Plugin<'channel', Sample['schema']> = sampleChannel()) {
  const suite = channelSuite({
    plugin,
    config: ({ baseUrl, token, signingKey }) => ({ baseUrl, token, signingKey }),
    fixtures: {
      start: async (): Promise<SamplePlatform> => {
        const platform = await startSamplePlatform();
        return new Proxy(platform, {
          get: (whole, name) => (name in change ? Reflect.get(change, name) : Reflect.get(whole, name)),
        });
      },
    },
  });
  const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const failures: string[] = [];
  for (const { name, run } of suite)
    await run().catch((error: Error) => failures.push(`${name.split(':')[0]} – ${error.message}`));
  const warnings = warning.mock.calls.map(([words]) => String(words));
  warning.mockRestore();
  return { failures, warnings } satisfies Told;
}

describe('fixtures', () => {
  it('that are whole leave nothing unproved', async () => {
    expect(await told({})).toEqual({ failures: [], warnings: [] });
  });

  it.each([
    [{ unknown: () => [] }, 'unknown events – The fixtures give with `unknown` requests'],
    [{ unreadable: () => [] }, 'unreadable – The fixtures give messages that the channel cannot read, or leave'],
    [{ secrets: [] }, 'secrets – The fixtures name in `secrets` what nobody may see'],
    [{ forged: () => [] }, 'signature – The fixtures give requests with wrong signatures'],
  ] as const)('that prove nothing are refused: %o', async (change, expected) => {
    const { failures } = await told(change);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(expected);
  });

  it('of an earlier kind still serve, and what is not proved is named', async () => {
    const older = {
      busyForMs: undefined,
      press: undefined,
      goneFile: undefined,
      largeFile: undefined,
    } as unknown as Partial<ChannelPlatform>;
    const { failures, warnings } = await told(older);
    expect(failures).toEqual([]);
    expect(warnings.map((words) => /have no `(\w+)`/.exec(words)?.[1]).toSorted()).toEqual([
      'busyForMs',
      'goneFile',
      'largeFile',
      'press',
    ]);
  });

  it('that name no port of the platform are told which address was refused', async () => {
    const { failures } = await told({ hosts: ['127.0.0.1'] });
    expect(failures.length).toBeGreaterThan(1);
    for (const failure of failures)
      expect(failure).toMatch(/`http` refused to go to 127\.0\.0\.1:\d+ \(NET6001\): .* name it in `hosts`/);
  });

  it('whose platform asks to wait without saying how long let no absurd wait through', async () => {
    const absurd = changed((channel) => ({
      ...channel,
      send: async (message, signal) => {
        const result = (await channel.send?.(message, signal)) ?? { status: 'uncertain' };
        return 'retryAfterMs' in result ? { ...result, retryAfterMs: 1e15 } : result;
      },
    }));
    const { failures } = await told({ busyForMs: undefined } as unknown as Partial<ChannelPlatform>, absurd);
    expect(failures).toEqual([expect.stringContaining('not more than 86400000 ms')]);
  });
});

describe('a part that hangs', () => {
  it.each([
    ['send', (channel: Channel): Channel => ({ ...channel, send: hang }), '`send` comes to an end'],
    ['typing', (channel: Channel): Channel => ({ ...channel, typing: hang }), '`typing` comes to an end'],
    [
      'a route',
      (channel: Channel): Channel => ({
        ...channel,
        routes: (channel.routes ?? []).map((route) => ({ ...route, handle: hang })),
      }),
      'The route POST webhook comes to an end',
    ],
  ] as const)('is named before a test of 5 s is over: %s', async (_, change, expected) => {
    const suite = channelSuite({
      plugin: changed(change),
      config: ({ baseUrl, token, signingKey }) => ({ baseUrl, token, signingKey }),
      fixtures: { start: startSamplePlatform },
    });
    const outcomes = await Promise.all(
      suite.map(async ({ run }) => {
        const startMs = performance.now();
        const failure = await run().then(
          () => '',
          (error: Error) => error.message,
        );
        return { failure, tookMs: performance.now() - startMs };
      }),
    );
    const hung = outcomes.filter(({ failure }) => failure.includes(expected));
    expect(hung.length).toBeGreaterThan(1);
    for (const { tookMs } of hung) expect(tookMs).toBeLessThan(5_000);
  });
});

function hang(): Promise<never> {
  return new Promise(() => undefined);
}

function changed(change: (channel: Channel) => Channel): Plugin<'channel', Sample['schema']> {
  const sound = sampleChannel();
  return { ...sound, open: async (context) => change(await sound.open(context)) };
}
