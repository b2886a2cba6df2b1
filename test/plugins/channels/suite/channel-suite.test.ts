import { describe, expect, it } from 'vitest';
import { ChannelSuiteFailure, channelSuite } from '../../../kit/index.ts';
import { type Mistake, sampleChannel } from './sample-channel.ts';
import { type SamplePlatform, startSamplePlatform } from './sample-platform.ts';

function suiteOf(mistake: Mistake | 'none') {
  return channelSuite({
    plugin: sampleChannel(mistake),
    config: (platform) => {
      const { baseUrl, token, signingKey } = platform as SamplePlatform;
      return { baseUrl, token, signingKey };
    },
    fixtures: { start: startSamplePlatform },
  });
}

/** The checks that the channel fails, and what each says. */
async function failuresOf(mistake: Mistake | 'none'): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, run } of suiteOf(mistake)) {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ChannelSuiteFailure)) throw error;
      failures.push(`${name.split(':')[0]} – ${error.message}`);
    }
  }
  return failures;
}

describe('the channel suite', () => {
  for (const { name, run } of suiteOf('none')) it(`passes a sound channel: ${name}`, run);

  it.each([
    ['takes what is not signed', 'signature – Request 1'],
    ['takes the request for the message', 'duplicates – A message that the platform tells again'],
    ['turns the order round', 'ordering – Messages come in'],
    ['throws at what it does not know', 'unknown events – Unknown or damaged request 1'],
    ['fetches files from anywhere', 'media – A file that is said to be somewhere else'],
    ['claims too long texts', 'limits – A text of maxLength (5000)'],
    ['claims buttons that it drops', 'capabilities – Claimed in capabilities.buttons'],
    ['tries again by itself', 'one attempt – A send that meets “busy” asks the platform once, not 2 times'],
    ['leaves a timer running', 'start and stop – Nothing is left behind'],
    ['logs its token', 'secrets – No secret stands in the log'],
    ['shares its account between tenants', 'isolation –'],
  ] as const)('finds a channel that %s, and nothing else in it', async (mistake, expected) => {
    const failures = await failuresOf(mistake);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(expected);
  });

  it('finds ids that are made while reading both in a replay and in duplicates', async () => {
    const failures = await failuresOf('numbers what it reads');
    expect(failures.map((failure) => failure.split(' – ')[0])).toEqual(['replay', 'duplicates']);
  });

  it('names each check once', () => {
    const names = suiteOf('none').map(({ name }) => name.split(':')[0]);
    expect(names).toEqual([
      'signature',
      'replay',
      'duplicates',
      'ordering',
      'unknown events',
      'media',
      'limits',
      'capabilities',
      'one attempt',
      'start and stop',
      'secrets',
      'isolation',
    ]);
  });
});
