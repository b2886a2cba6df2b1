import type { Logger } from 'polyphon/plugin';
import type { GraphClient } from './graph-client.ts';
import { Recent } from './recent.ts';

/** Conversations of which the last message is known. */
const maxConversations = 10_000;

interface Heard {
  readonly messageId: string;
  isMarked: boolean;
}

/**
 * The two blue marks, of a message and all before it
 * (https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/mark-message-as-read).
 */
export class ReadMarks {
  readonly #graph: GraphClient;
  readonly #path: string;
  readonly #log: Logger;
  readonly #stopped: AbortSignal;
  readonly #heard = new Recent<Heard>(maxConversations);

  /** @param path Where messages are posted to. @param stopped Nothing is marked any more. */
  constructor(options: {
    readonly graph: GraphClient;
    readonly path: string;
    readonly log: Logger;
    readonly stopped: AbortSignal;
  }) {
    this.#graph = options.graph;
    this.#path = options.path;
    this.#log = options.log;
    this.#stopped = options.stopped;
  }

  heard(conversation: string, messageId: string): void {
    this.#heard.set(conversation, { messageId, isMarked: false });
  }

  /** With the sign that the bot writes. Of other conversations nothing is known, and nothing is sent. */
  async markWithSign(conversation: string, signal: AbortSignal): Promise<void> {
    await this.#mark(this.#heard.get(conversation), { typing_indicator: { type: 'text' } }, signal);
  }

  /** Without a sign, as behind a human's answer. Never rejects: the answer is out, or the message stored. */
  async markHeard(conversation: string): Promise<void> {
    const heard = this.#heard.get(conversation);
    if (heard?.isMarked !== false || this.#stopped.aborted) return;
    try {
      await this.#mark(heard, {}, this.#stopped);
    } catch (error) {
      if (!this.#stopped.aborted) this.#log.debug('a message could not be marked as read', { error });
    }
  }

  async #mark(heard: Heard | undefined, more: object, signal: AbortSignal): Promise<void> {
    if (heard === undefined) return;
    heard.isMarked = true;
    const body = { messaging_product: 'whatsapp', status: 'read', message_id: heard.messageId, ...more };
    await this.#graph.call('POST', this.#path, { body, signal });
  }
}
