import type { Clock } from 'polyphon/plugin';

/**
 * Meta takes the sign away "after 25 seconds" (developers.facebook.com, typing indicators); what asks for it sooner is overlooked
 * (github.com/vercel/chat/pull/320).
 */
const againAfterMs = 25_500;
/** Whose answer has not come by then may get none, and no channel is told of that. */
const longestMs = 120_000;

interface Sign {
  readonly dueMs: number;
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

/** Shows that the bot writes, and shows it again, until it has written. One wait serves all conversations. */
export class TypingSigns {
  readonly #clock: Clock;
  readonly #stopped: AbortSignal;
  readonly #show: (conversation: string, signal: AbortSignal) => Promise<void>;
  /** By conversation, in the order in which they are due. */
  readonly #signs = new Map<string, Sign>();
  #watching = false;

  /** @param stopped Nothing is shown any more. */
  constructor(options: {
    readonly clock: Clock;
    readonly stopped: AbortSignal;
    show(conversation: string, signal: AbortSignal): Promise<void>;
  }) {
    this.#clock = options.clock;
    this.#stopped = options.stopped;
    this.#show = options.show;
  }

  /** Resolves when it is shown for the first time. @throws what `show` throws. */
  begin(conversation: string, signal: AbortSignal): Promise<void> {
    return this.#showUntil(conversation, signal, this.#clock.monotonicMs() + longestMs);
  }

  /** The bot has written. */
  end(conversation: string): void {
    this.#signs.delete(conversation);
  }

  async #showUntil(conversation: string, signal: AbortSignal, untilMs: number): Promise<void> {
    const sign = { dueMs: this.#clock.monotonicMs() + againAfterMs, untilMs, signal };
    this.#signs.delete(conversation);
    this.#signs.set(conversation, sign);
    if (!this.#watching) void this.#watch();
    try {
      await this.#show(conversation, signal);
    } catch (error) {
      if (this.#signs.get(conversation) === sign) this.end(conversation);
      throw error;
    }
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    for (let [first] = this.#signs; first !== undefined; [first] = this.#signs) {
      const [conversation, { dueMs, untilMs, signal }] = first;
      const restMs = dueMs - this.#clock.monotonicMs();
      if (restMs > 0) await this.#clock.sleep(restMs, this.#stopped).catch(() => undefined);
      if (this.#stopped.aborted) break;
      if (restMs > 0) continue;
      this.end(conversation);
      if (signal.aborted || dueMs > untilMs) continue;
      // What could not be shown once is not tried again in this turn.
      this.#showUntil(conversation, signal, untilMs).catch(() => undefined);
    }
    this.#watching = false;
    this.#signs.clear();
  }
}
