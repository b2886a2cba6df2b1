import type { Clock, Delivery, InboundMessage, Message, Receipt } from '../../core/contract/index.ts';
import type { Taken } from './channel-suite-taken.ts';

/** The kernel's part behind a channel: it keeps what is reported, knows what it has, and gives receipts. */
export class SuiteInbox {
  readonly #clock: Clock;
  readonly #stored = new Map<string, Message>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What a route gave becomes what its caller gets. */
  async settle(delivery: Delivery): Promise<Taken> {
    switch (delivery.kind) {
      case 'rejected': {
        const { response, detail = '' } = delivery;
        const status = { 'bad-signature': 401, malformed: 400, forbidden: 403 }[delivery.reason];
        const words = [detail, await wordsOf(response)].join('\n');
        return { status: response?.status ?? status, kind: 'rejected', messages: [], news: 0, words };
      }
      case 'ignored': {
        const { response } = delivery;
        return { status: response.status, kind: 'ignored', messages: [], news: 0, words: await wordsOf(response) };
      }
      case 'accepted': {
        const { messages, statuses = [], moves = [] } = delivery;
        const response = await delivery.respond(messages.map((message) => this.store(message)));
        const news = statuses.length + moves.length;
        return { status: response.status, kind: 'accepted', messages, news, words: await wordsOf(response) };
      }
      default:
        return delivery satisfies never;
    }
  }

  store(inbound: InboundMessage): Receipt {
    const key = JSON.stringify([inbound.conversation, inbound.id]);
    const known = this.#stored.get(key);
    if (known !== undefined) return { status: 'duplicate', message: known, turnId: `turn of ${known.id}` };
    const message: Message = {
      id: `msg_${this.#stored.size + 1}`,
      role: 'contact',
      text: inbound.text ?? '',
      attachments: inbound.attachments ?? [],
      actions: [],
      citations: [],
      channel: 'suite',
      createdAt: new Date(this.#clock.now()).toISOString(),
    };
    this.#stored.set(key, message);
    return { status: 'stored', message, turnId: `turn of ${message.id}` };
  }
}

/** All that the caller gets to read: headers, too. */
async function wordsOf(response: Response | undefined): Promise<string> {
  return response === undefined ? '' : [...response.headers.values(), await response.text()].join('\n');
}
