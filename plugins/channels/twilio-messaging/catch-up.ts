import type { Clock, Deliver, InboundMessage, Logger, Receipt } from 'polyphon/plugin';
import { decodeMessage } from './decode.ts';
import { reasonOf } from './failure.ts';
import { missedMessages } from './missed-messages.ts';
import type { TwilioConfig } from './schema.ts';
import { TwilioRefusal } from './transport.ts';
import type { TwilioClient } from './twilio-client.ts';
import type { Unkept } from './unkept.ts';

export interface CatchUpOptions {
  readonly client: TwilioClient;
  readonly config: TwilioConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly unkept: Unkept;
  /** When the newest message that is known was written; undefined where none has ever come. */
  readonly lastTaken: number | undefined;
}

/** Who wrote longer ago does not wait for an answer any more. */
const longestMs = 86_400_000;
/** What came shortly before the last message that is known may have been refused while others were taken. */
const overlapMs = 900_000;
const lookEveryMs = 300_000;
const firstPauseMs = 30_000;
const longestPauseMs = 600_000;
const shortestWaitMs = 1_000;
const maxTries = 10;
const toldEvery = 100;

/**
 * Twilio tells of a message once and does not come back. What was written while the process was down, or could not store, is asked of its
 * list of messages: on start, and after a message was not stored. What is known already is told from it by its id. A bot that has heard
 * nothing so far asks for nothing: what its number got before is another's.
 */
export async function catchUp(
  options: CatchUpOptions,
  deliver: Deliver,
  signal: AbortSignal,
  heard: () => void,
): Promise<void> {
  const { clock, unkept } = options;
  let since = options.lastTaken;
  for (;;) {
    if (since !== undefined) await untilAsked(options, since, deliver, signal);
    heard();
    do {
      await clock.sleep(lookEveryMs, signal);
      since = unkept.take();
    } while (since === undefined);
  }
}

async function untilAsked(
  options: CatchUpOptions,
  lastAt: number,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = options;
  for (let tries = 0; ; tries += 1) {
    const sinceMs = Math.max(lastAt - overlapMs, clock.now() - longestMs);
    try {
      await once(options, sinceMs, deliver, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      const pauseMs = Math.min(firstPauseMs * 2 ** tries, longestPauseMs);
      const why = error instanceof TwilioRefusal ? { reason: reasonOf(error.status, error.code) } : { error };
      const words = 'what was written while nobody listened could not be asked of Twilio, and is asked for again';
      if (tries === 0) log.warn(words, { pauseMs, ...why });
      else log.info(words, { pauseMs, ...why });
      await clock.sleep(pauseMs, signal);
    }
  }
}

async function once(
  { client, config, clock, log }: CatchUpOptions,
  sinceMs: number,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const { messages, isCut } = await missedMessages(client, config, sinceMs, signal);
  if (isCut) log.warn('more was written while nobody listened than is asked of Twilio at once: the oldest is left out');
  const { origin } = new URL(config.baseUrl);
  let taken = 0;
  for (const [index, { fields, sentAt }] of messages.entries()) {
    const message = decodeMessage(fields, origin);
    if (typeof message === 'string') continue;
    const receipt = await keep({ ...message, sentAt }, { clock, deliver, signal });
    if (receipt?.status === 'stored') taken += 1;
    if ((index + 1) % toldEvery === 0) {
      log.info('what was written while nobody listened is taken', { of: messages.length, done: index + 1, taken });
    }
  }
  if (taken > 0) log.info('what was written while nobody listened was taken', { of: messages.length, taken });
}

/** All at once are more than a bot may take in a minute: what is refused for that comes again, where a webhook would have been lost. */
async function keep(
  message: InboundMessage,
  { clock, deliver, signal }: { readonly clock: Clock; readonly deliver: Deliver; readonly signal: AbortSignal },
): Promise<Receipt | undefined> {
  for (let tries = 1; ; tries += 1) {
    const [receipt] = await deliver([message]);
    if (receipt?.status !== 'refused' || receipt.reason !== 'rate-limited' || tries === maxTries) return receipt;
    await clock.sleep(Math.max(receipt.retryAfterMs ?? 0, shortestWaitMs), signal);
  }
}
