import type { Plugin } from '../../core/contract/index.ts';
import {
  type ChannelCheck,
  type ChannelPlatform,
  ChannelSuiteFailure,
  type ChannelSuiteOptions,
  type SuiteRun,
} from './channel-suite-face.ts';
import { inboundChecks } from './channel-suite-inbound.ts';
import { lifetimeChecks } from './channel-suite-lifetime.ts';
import { outboundChecks } from './channel-suite-outbound.ts';

export type {
  ChannelCheck,
  ChannelFixtures,
  ChannelPlatform,
  ChannelSuiteOptions,
  SuiteFault,
  SuiteFile,
  SuiteMessage,
  SuiteRequest,
  SuiteSent,
} from './channel-suite-face.ts';
export { ChannelSuiteFailure } from './channel-suite-face.ts';

/**
 * What every channel promises, as named checks for any test runner:
 *
 * ```ts
 * for (const { name, run } of channelSuite({ plugin, config, fixtures })) it(name, run);
 * ```
 *
 * A check starts platforms of its own, plays the kernel's part, and rejects with a `ChannelSuiteFailure` that says what was expected. No
 * part of a channel holds it up for more than 4 s. What the fixtures lack, so that it could not be proved, is a warning of the process.
 */
export function channelSuite<
  ChannelPlugin extends Plugin<'channel'>,
  Platform extends ChannelPlatform = ChannelPlatform,
>(options: ChannelSuiteOptions<ChannelPlugin, Platform>): readonly ChannelCheck[] {
  return [...inboundChecks, ...outboundChecks, ...lifetimeChecks].map(({ name, check }) => ({
    name,
    run: async () => {
      const run = runOf(options as unknown as ChannelSuiteOptions);
      try {
        await check(run);
      } catch (error) {
        throw failureOf(error, run);
      }
    },
  }));
}

function runOf(options: ChannelSuiteOptions): SuiteRun {
  const { plugin } = options;
  return {
    ...options,
    config: (platform) => options.config(platform),
    refused: new Set(),
    unproved: (what) =>
      process.emitWarning(
        `The fixtures of the channel "${plugin.name}" have ${what} is not proved.`,
        'ChannelSuiteWarning',
      ),
  };
}

/** What a channel throws where it should answer is a failure, too; an address that the fixtures have not named is commonly the reason. */
function failureOf(error: unknown, { refused }: SuiteRun): ChannelSuiteFailure {
  const words = error instanceof Error ? error.message : String(error);
  const said = error instanceof ChannelSuiteFailure ? words : `It threw: ${words}`;
  const cause = error instanceof ChannelSuiteFailure ? error.cause : error;
  if (refused.size === 0 && error instanceof ChannelSuiteFailure) return error;
  const addresses = [...refused].join(', ');
  const guard =
    addresses === ''
      ? ''
      : ` \`http\` refused to go to ${addresses} (NET6001): where the platform is there, name it in \`hosts\` of the fixtures, with its port.`;
  return new ChannelSuiteFailure(said + guard, cause === undefined ? {} : { cause });
}
