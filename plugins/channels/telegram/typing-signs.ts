import type { Clock } from 'polyphon/plugin';

/** An answer that comes sooner needs no sign that it comes: that would be a call more, and those are counted by Telegram. */
const afterMs = 300;

interface Sign {
  readonly conversation: string;
  readonly dueMs: number;
  /** Undefined once the bot has written: nothing of the turn stays in memory for a sign that nobody will see. */
  turn: { readonly signal: AbortSignal; resolve(): void; reject(error: unknown): void } | undefined;
}

/**
 * Shows that the bot writes, where it does so for longer than a moment. One wait serves all conversations: one for each, with a timer and
 * listeners of its own, cost a twentieth of a turn.
 */
export class TypingSigns {
  readonly #clock: Clock;
  readonly #show: (conversation: string, signal: AbortSignal) => Promise<void>;
  readonly #stopped: AbortSignal;
  /** In the order in which they are due. */
  readonly #signs: Sign[] = [];
  readonly #newest = new Map<string, Sign>();
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

  /** Resolves when it is shown, or there is no need for it any more. @throws the reason of `signal`, and what `show` throws. */
  begin(conversation: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    this.end(conversation);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sign: Sign = {
      conversation,
      dueMs: this.#clock.monotonicMs() + afterMs,
      turn: { signal, resolve, reject },
    };
    this.#signs.push(sign);
    this.#newest.set(conversation, sign);
    if (!this.#watching) void this.#watch();
    return promise;
  }

  /** The bot has written. */
  end(conversation: string): void {
    const sign = this.#newest.get(conversation);
    if (sign === undefined) return;
    this.#newest.delete(conversation);
    sign.turn?.resolve();
    sign.turn = undefined;
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    for (let first = this.#signs[0]; first !== undefined; first = this.#signs[0]) {
      const restMs = first.dueMs - this.#clock.monotonicMs();
      if (restMs > 0) await this.#clock.sleep(restMs, this.#stopped).catch(() => undefined);
      if (this.#stopped.aborted) break;
      if (restMs > 0) continue;
      this.#signs.shift();
      this.#showNow(first);
    }
    this.#watching = false;
    for (const { conversation } of this.#signs.splice(0)) this.end(conversation);
  }

  #showNow({ conversation, turn }: Sign): void {
    if (turn === undefined) return;
    this.#newest.delete(conversation);
    if (turn.signal.aborted) turn.reject(turn.signal.reason);
    else this.#show(conversation, turn.signal).then(turn.resolve, turn.reject);
  }
}
