import type { TelegramRefusal } from './fake-telegram-rules.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An update, as Telegram sends it. */
export interface TelegramUpdate extends Fields {
  readonly update_id: number;
}

/** Where the bot's updates are posted, as `setWebhook` says it, or as a test does. */
export interface FakeTelegramWebhook {
  readonly url: string;
  readonly secret: string | undefined;
  /** The kinds asked for; empty stands for the usual ones. */
  readonly allowed?: readonly string[];
  readonly connections?: number;
}

/** One bot of the fake: its webhook, and the updates that wait for it. */
export class FakeTelegramBot {
  readonly token: string;
  readonly username: string;
  webhook: FakeTelegramWebhook | undefined;
  /** What `getWebhookInfo` tells of the last delivery that failed; `at` in seconds since the epoch. */
  webhookError: { readonly message: string; readonly at: number } | undefined;
  readonly #waiting: TelegramUpdate[] = [];
  #poll: { readonly resolve: (updates: readonly TelegramUpdate[] | TelegramRefusal) => void } | undefined;
  #nextUpdate = 1000;
  #nextMessage = 1;

  constructor(token: string, username: string) {
    this.token = token;
    this.username = username;
  }

  get id(): number {
    return Number(this.token.split(':')[0]);
  }

  /** Updates that no one has confirmed. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** What a person does: `update(7, { text: 'Hello' })` in a private chat, or in the chat that `message` names. */
  update(personId: number, message: Fields): TelegramUpdate {
    return this.wrap('message', this.message(personId, message));
  }

  message(personId: number, message: Fields): Fields {
    return {
      message_id: this.messageId(),
      date: 1_795_000_000,
      chat: { id: personId, type: 'private', first_name: 'Ada' },
      from: { id: personId, is_bot: false, first_name: 'Ada', last_name: 'Lovelace', language_code: 'en' },
      ...message,
    };
  }

  wrap(kind: string, content: Fields): TelegramUpdate {
    this.#nextUpdate += 1;
    return { update_id: this.#nextUpdate, [kind]: content };
  }

  messageId(): number {
    this.#nextMessage += 1;
    return this.#nextMessage;
  }

  /** Puts updates where `getUpdates` finds them. */
  queue(...updates: readonly TelegramUpdate[]): void {
    this.#waiting.push(...updates);
    if (this.#poll !== undefined && this.#waiting.length > 0) this.#answerPoll(this.#batch(100));
  }

  /** `getUpdates`: confirms what is before the offset, and answers now, when something comes, or with nothing when time is over. */
  async poll(payload: Fields, clientLeft: AbortSignal): Promise<readonly TelegramUpdate[] | TelegramRefusal> {
    if (this.webhook !== undefined) {
      return {
        status: 409,
        description:
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      };
    }
    this.#answerPoll({
      status: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    const offset = Number(payload['offset'] ?? 0);
    while (this.#waiting[0] !== undefined && this.#waiting[0].update_id < offset) this.#waiting.shift();
    const limit = Number(payload['limit'] ?? 100);
    if (this.#waiting.length > 0 || Number(payload['timeout'] ?? 0) === 0) return this.#batch(limit);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answerPoll([]), Number(payload['timeout']) * 1000);
      const poll = {
        resolve: (answer: readonly TelegramUpdate[] | TelegramRefusal) => {
          clearTimeout(timer);
          resolve(answer);
        },
      };
      this.#poll = poll;
      clientLeft.addEventListener('abort', () => {
        if (this.#poll === poll) this.#answerPoll([]);
      });
    });
  }

  /** Ends a poll that is open. */
  close(): void {
    this.#answerPoll([]);
  }

  #batch(limit: number): readonly TelegramUpdate[] {
    return this.#waiting.slice(0, limit);
  }

  #answerPoll(answer: readonly TelegramUpdate[] | TelegramRefusal): void {
    const poll = this.#poll;
    this.#poll = undefined;
    poll?.resolve(answer);
  }
}
