import type { Plugin } from '../../core/contract/index.ts';
import { type ChannelCheck, ChannelSuiteFailure, type ChannelSuiteOptions } from './channel-suite-face.ts';
import { inboundChecks } from './channel-suite-inbound.ts';
import { lifetimeChecks } from './channel-suite-lifetime.ts';
import { outboundChecks } from './channel-suite-outbound.ts';

export type {
  ChannelCheck,
  ChannelFixtures,
  ChannelPlatform,
  ChannelSuiteOptions,
  SuiteFault,
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
 * A check starts platforms of its own, plays the kernel's part, and rejects with a `ChannelSuiteFailure` that says what was expected.
 */
export function channelSuite<ChannelPlugin extends Plugin<'channel'>>(
  options: ChannelSuiteOptions<ChannelPlugin>,
): readonly ChannelCheck[] {
  return [...inboundChecks, ...outboundChecks, ...lifetimeChecks].map(({ name, check }) => ({
    name,
    run: () => check(options).catch((error: unknown) => Promise.reject(failureOf(error))),
  }));
}

/** What a channel throws where it should answer is a failure, too. */
function failureOf(error: unknown): ChannelSuiteFailure {
  if (error instanceof ChannelSuiteFailure) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new ChannelSuiteFailure(`It threw: ${words}`, { cause: error });
}
