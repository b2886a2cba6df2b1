import type { KeepProgress, Logger, OutboundMessage, SendResult } from 'polyphon/plugin';
import { resultOf } from './failure.ts';
import { type Content, type ContentOptions, contentsOf } from './outgoing.ts';
import { partAddress } from './part-name.ts';
import { after, nothingYet, partsLeft, readProgress } from './progress.ts';
import type { TwilioConfig } from './schema.ts';
import { segmentsOf } from './segments.ts';
import { networkOf, sendingNumber } from './sending-number.ts';
import type { TwilioClient } from './twilio-client.ts';

export interface SenderOptions {
  readonly client: TwilioClient;
  readonly config: TwilioConfig;
  readonly log: Logger;
  readonly files: ContentOptions['files'];
  /** Where Twilio reports what became of a message; undefined as long as our public address is not known. */
  readonly statusAddress: () => string | undefined;
}

/** Creates messages at Twilio. It never tries again: the outbox does. */
export class Sender {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** What Twilio may have is not repeated, and no reason to keep back the rest. */
  async send(message: OutboundMessage, signal: AbortSignal, keep?: KeepProgress): Promise<SendResult> {
    const { templates } = this.#options.config;
    const { conversation, id } = message;
    const contents = contentsOf(message, { network: networkOf(conversation), templates, files: this.#options.files });
    if (typeof contents === 'string') return { status: 'rejected', reason: contents };
    const count = contents.length;
    let progress = readProgress(message.progress, count) ?? nothingYet(count);
    for (const index of partsLeft(progress)) {
      const content = contents[index];
      if (content === undefined) continue;
      const isLast = index === count - 1 && progress.unsure.every((one) => one === index);
      const statuses = this.#statusAddress(id, count, isLast ? 'last' : index);
      const result = await this.#create(conversation, content, statuses, signal);
      if (result.status === 'rejected') return result;
      progress = after(progress, index, result.status === 'delivered' ? result.providerMessageId : undefined);
      const isOut = progress.next === count && progress.unsure.length === 0;
      if (isOut || count === 1) continue;
      if ((await keep?.(JSON.stringify(progress))) === false) return { status: 'rejected', reason: 'opted-out' };
    }
    if (progress.unsure.length > 0) return { status: 'uncertain' };
    const isNumber = /^\+?\d+$/.test(conversation);
    return { status: 'delivered', providerMessageId: progress.sid, ...(isNumber ? noteOf(contents) : {}) };
  }

  #statusAddress(id: string, count: number, part: number | 'last'): string | undefined {
    const address = this.#options.statusAddress();
    return address === undefined ? undefined : partAddress(address, id, count === 1 ? 'last' : part);
  }

  async #create(
    to: string,
    content: Content,
    statusCallback: string | undefined,
    signal: AbortSignal,
  ): Promise<SendResult> {
    const { client, config, log } = this.#options;
    const { messagingServiceSid } = config;
    const from = sendingNumber(config, to);
    const cost = 'body' in content && content.body !== undefined ? segmentsOf(content.body) : undefined;
    try {
      const messages = await client.messages(signal);
      const { sid, status } = await messages.create({
        to,
        ...(from === undefined ? {} : { from }),
        ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
        ...(statusCallback === undefined ? {} : { statusCallback }),
        ...content,
      });
      if (typeof sid !== 'string' || sid === '') return { status: 'uncertain' };
      log.debug('a message was handed to Twilio', { sid, status, network: networkOf(to), ...cost });
      return { status: 'delivered', providerMessageId: sid };
    } catch (error) {
      const result = resultOf(error);
      log.info('Twilio did not take a message', { ...result, ...cost });
      return result;
    }
  }
}

/** What the message is charged by: an SMS has segments, an MMS has none, and neither has what a Messaging Service sends by RCS. */
function noteOf(contents: readonly Content[]): { readonly note?: string } {
  const costs = contents.flatMap((content) => {
    const isSms = 'body' in content && content.body !== undefined && !('mediaUrl' in content);
    return isSms ? [segmentsOf(content.body)] : [];
  });
  if (costs.length === 0) return {};
  const segments = costs.reduce((sum, cost) => sum + cost.segments, 0);
  const encodings = [...new Set(costs.map(({ encoding }) => encoding))].join(' and ');
  return { note: `${segments} ${segments === 1 ? 'segment' : 'segments'}, ${encodings}` };
}
