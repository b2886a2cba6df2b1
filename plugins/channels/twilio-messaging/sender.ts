import type { Logger, OutboundMessage, SendResult } from 'polyphon/plugin';
import { resultOf } from './failure.ts';
import { type Content, type ContentOptions, contentsOf } from './outgoing.ts';
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

/** Messages of which a part is sent and the rest waits for its next try. */
const maxUnfinished = 1_000;

/** Creates messages at Twilio. It never tries again: the outbox does. */
export class Sender {
  readonly #options: SenderOptions;
  /** By our id of the message: how many of its parts are out, and Twilio's id of the last. */
  readonly #unfinished = new Map<string, number>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** A message of several parts goes on, on its next try, after the last part that was taken. */
  async send(message: OutboundMessage, signal: AbortSignal): Promise<SendResult> {
    const { templates } = this.#options.config;
    const network = networkOf(message.conversation);
    const contents = contentsOf(message, { network, templates, files: this.#options.files });
    if (typeof contents === 'string') return { status: 'rejected', reason: contents };
    const done = this.#unfinished.get(message.id) ?? 0;
    let result: SendResult = { status: 'uncertain' };
    for (const [index, content] of contents.entries()) {
      if (index < done) continue;
      result = await this.#create(message.conversation, content, signal);
      if (result.status !== 'delivered') return result;
      if (contents.length > 1) this.#remember(message.id, index + 1);
    }
    this.#unfinished.delete(message.id);
    const isNumber = /^\+?\d+$/.test(message.conversation);
    return isNumber && result.status === 'delivered' ? { ...result, ...noteOf(contents) } : result;
  }

  async #create(to: string, content: Content, signal: AbortSignal): Promise<SendResult> {
    const { client, config, log } = this.#options;
    const { messagingServiceSid } = config;
    const from = sendingNumber(config, to);
    const statusCallback = this.#options.statusAddress();
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

  #remember(id: string, parts: number): void {
    this.#unfinished.set(id, parts);
    const [oldest] = this.#unfinished.keys();
    if (this.#unfinished.size > maxUnfinished && oldest !== undefined) this.#unfinished.delete(oldest);
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
