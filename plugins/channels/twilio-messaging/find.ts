import type { OutboundMessage } from 'polyphon/plugin';
import { type Content, type ContentOptions, contentsOf } from './outgoing.ts';
import type { TwilioConfig } from './schema.ts';
import { networkOf, sendingNumber } from './sending-number.ts';
import type { TwilioClient } from './twilio-client.ts';

export interface FindOptions {
  readonly client: TwilioClient;
  readonly config: TwilioConfig;
  readonly files: ContentOptions['files'];
}

/** Its clock and ours differ by so much at most, and it tells whole seconds. */
const clockToleranceMs = 10_000;
/** What a trial account writes in front. */
const ofTrial = lettersOf('Sent from your Twilio trial account - ');
/** The newest to one person; one of them is asked for within a minute. */
const mostListed = 50;

/** Twilio's ids of messages that may be this one, oldest first; none of one that goes out in parts, which are too much alike. */
export async function findMessage(
  { client, config, files }: FindOptions,
  message: OutboundMessage,
  sinceMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { templates, messagingServiceSid } = config;
  const from = sendingNumber(config, message.conversation);
  const contents = contentsOf(message, { network: networkOf(message.conversation), templates, files });
  const [content] = typeof contents === 'string' || contents.length > 1 ? [] : contents;
  if (content === undefined) return [];
  const messages = await client.messages(signal);
  // Not by the time of sending: what is still in Twilio's queue has none.
  const { instances } = await messages.page({
    to: message.conversation,
    ...(from === undefined ? {} : { from }),
    pageSize: mostListed,
  });
  return instances
    .filter(
      (candidate) =>
        candidate.direction === 'outbound-api' &&
        (messagingServiceSid === undefined || candidate.messagingServiceSid === messagingServiceSid) &&
        candidate.dateCreated.getTime() >= sinceMs - clockToleranceMs &&
        isContent(content, candidate.body, candidate.numMedia),
    )
    .map(({ sid }) => sid)
    .toReversed();
}

function isContent(content: Content, body: string | null, numMedia: string): boolean {
  // The words of a template are Twilio's.
  if ('contentSid' in content) return true;
  const [told, wanted] = [lettersOf(body ?? ''), lettersOf(content.body ?? '')];
  return Number(numMedia) === (content.mediaUrl?.length ?? 0) && (told === wanted || told === `${ofTrial}${wanted}`);
}

/** A smart encoding writes quotes and dashes otherwise. */
function lettersOf(text: string): string {
  const letters = text.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]/gu, '');
  return letters === '' ? text.trim() : letters;
}
