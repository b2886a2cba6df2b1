import type { MessagePage } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { Fields } from './fields.ts';
import type { TwilioConfig } from './schema.ts';
import type { TwilioClient } from './twilio-client.ts';

/** What a person wrote, with the fields that a webhook for it would have had, as far as Twilio's list of messages has them. */
export interface MissedMessage {
  readonly fields: Fields;
  /** Milliseconds since the epoch, Twilio's clock. */
  readonly sentAt: number;
}

export interface Missed {
  /** Oldest first. */
  readonly messages: readonly MissedMessage[];
  /** There were more, or more numbers, than are asked for at once. */
  readonly isCut: boolean;
}

const pageSize = 100;
/** Of one number. */
const maxPages = 20;
/** Of a Messaging Service. */
const maxNumbers = 100;
const maxMedia = 10;

/**
 * What came to the bot's numbers since then, whether a webhook told of it or not. The list has no names, no places and no ids of pressed
 * buttons (twilio.com/docs/messaging/api/message-resource): these are known from webhooks alone.
 */
export async function missedMessages(
  client: TwilioClient,
  config: Pick<TwilioConfig, 'from' | 'messagingServiceSid' | 'baseUrl'>,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Missed> {
  const numbers = await numbersOf(client, config, signal);
  const messages = await client.messages(signal);
  const found: MissedMessage[] = [];
  let isCut = numbers.length > maxNumbers;
  for (const to of numbers.slice(0, maxNumbers)) {
    let page: Pick<MessagePage, 'instances' | 'nextPage'> = await messages.page({
      to,
      dateSentAfter: new Date(sinceMs),
      pageSize,
    });
    for (let pages = 1; ; pages += 1) {
      for (const { sid, from, body, numMedia, direction, dateSent } of page.instances) {
        if (direction !== 'inbound') continue;
        const media = Number(numMedia) > 0 ? await mediaOf(sid) : {};
        const fields = { MessageSid: sid, From: from, To: to, Body: body ?? '', ...media };
        found.push({ fields, sentAt: dateSent.getTime() });
      }
      const next = page.nextPage();
      if (next === undefined) break;
      if (pages === maxPages) {
        isCut = true;
        break;
      }
      page = await next;
    }
  }
  // Twilio tells whole seconds, the newest first: what was written within one keeps its order.
  return { messages: found.toReversed().sort((a, b) => a.sentAt - b.sentAt), isCut };

  async function mediaOf(sid: string): Promise<Fields> {
    const media = await messages(sid).media.list({ limit: maxMedia });
    const { origin } = new URL(config.baseUrl);
    const files = media.flatMap(({ uri, contentType }, index) => [
      [`MediaUrl${index}`, `${origin}${uri.replace(/\.json$/, '')}`],
      [`MediaContentType${index}`, contentType],
    ]);
    return { NumMedia: String(media.length), ...Object.fromEntries(files) };
  }
}

/** A service answers for all of its numbers. */
async function numbersOf(
  client: TwilioClient,
  { from, messagingServiceSid }: Pick<TwilioConfig, 'from' | 'messagingServiceSid'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const own = from === undefined ? [] : [from];
  if (messagingServiceSid === undefined) return own;
  const service = (await client.services(signal))(messagingServiceSid);
  const limit = maxNumbers + 1;
  const numbers = await service.phoneNumbers.list({ limit });
  const codes = await service.shortCodes.list({ limit });
  const senders = await service.channelSenders.list({ limit });
  const all = [
    ...own,
    ...numbers.map(({ phoneNumber }) => phoneNumber),
    ...codes.map(({ shortCode }) => shortCode),
    ...senders.map(({ sender }) => sender),
  ];
  return [...new Set(all)];
}
