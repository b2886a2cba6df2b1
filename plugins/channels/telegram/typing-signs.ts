import type { Clock } from 'polyphon/plugin';

/** An answer that comes sooner needs no sign that it comes: that would be a call more, and those are counted by Telegram. */
const afterMs = 300;
/** Telegram shows it "for 5 seconds or less" (core.telegram.org/bots/api#sendchataction). */
const againAfterMs = 4500;
/** Whose answer has not come by then may get none, and no channel is told of that. */
const longestMs = 120_000;

interface Sign {
  readonly conversation: string;
  readonly untilMs: number;
  dueMs: number;
  /** Undefined once the bot has written: nothing of the turn stays in memory for a sign that nobody will see. */
  turn: { readonly signal: AbortSignal; resolve(): void; reject(error: unknown): void } | undefined;
}

/**
 * Shows that the bot writes, where it does so for longer than a moment, until it has written. One wait serves all conversations: one for
 * each, with a timer and listeners of its own, cost a twentieth of a turn.
 */
export class TypingSigns {
  readonly #clock: Clock;
  readonly #show: (conversation: string, signal: AbortSignal) => Promise<void>;
  readonly #stopped: AbortSignal;
  readonly #first: Waiting;
  readonly #again: Waiting;
  readonly #newest = new Map<string, Sign>();

  /** @param stopped Nothing is shown any more. */
  constructor(options: {
    readonly clock: Clock;
    readonly stopped: AbortSignal;
    show(conversation: string, signal: AbortSignal): Promise<void>;
  }) {
    this.#clock = options.clock;
    this.#stopped = options.stopped;
    this.#show = options.show;
    const due = (sign: Sign): void => (this.#stopped.aborted ? this.#drop(sign) : this.#showNow(sign));
    this.#first = new Waiting(options, afterMs, due);
    this.#again = new Waiting(options, againAfterMs, due);
  }

  /** Resolves when it is shown, or there is no need for it any more. @throws the reason of `signal`, and what `show` throws. */
  begin(conversation: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    this.end(conversation);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sign: Sign = {
      conversation,
      dueMs: 0,
      untilMs: this.#clock.monotonicMs() + longestMs,
      turn: { signal, resolve, reject },
    };
    this.#newest.set(conversation, sign);
    this.#first.add(sign);
    return promise;
  }

  /** The bot has written. */
  end(conversation: string): void {
    const sign = this.#newest.get(conversation);
    if (sign !== undefined) this.#drop(sign);
  }

  #drop(sign: Sign): void {
    if (this.#newest.get(sign.conversation) === sign) this.#newest.delete(sign.conversation);
    sign.turn?.resolve();
    sign.turn = undefined;
  }

  #showNow(sign: Sign): void {
    const { conversation, turn, dueMs, untilMs } = sign;
    if (turn === undefined) return;
    const give = (error: unknown): void => {
      turn.reject(error);
      this.#drop(sign);
    };
    if (turn.signal.aborted) give(turn.signal.reason);
    else if (dueMs > untilMs) this.#drop(sign);
    else {
      this.#again.add(sign);
      // What could not be shown once is not tried again in this turn: Telegram may have asked to wait.
      this.#show(conversation, turn.signal).then(turn.resolve, give);
    }
  }
}

/** Signs that all wait equally long and so fall due in the order in which they came, with one timer for all. */
class Waiting {
  readonly #clock: Clock;
  readonly #stopped: AbortSignal;
  readonly #ms: number;
  readonly #due: (sign: Sign) => void;
  readonly #signs: Sign[] = [];
  #watching = false;

  constructor(
    options: { readonly clock: Clock; readonly stopped: AbortSignal },
    ms: number,
    due: (sign: Sign) => void,
  ) {
    this.#clock = options.clock;
    this.#stopped = options.stopped;
    this.#ms = ms;
    this.#due = due;
  }

  add(sign: Sign): void {
    sign.dueMs = this.#clock.monotonicMs() + this.#ms;
    this.#signs.push(sign);
    if (!this.#watching) void this.#watch();
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    for (let first = this.#signs[0]; first !== undefined; first = this.#signs[0]) {
      const restMs = first.dueMs - this.#clock.monotonicMs();
      if (restMs > 0) await this.#clock.sleep(restMs, this.#stopped).catch(() => undefined);
      if (this.#stopped.aborted) break;
      if (restMs > 0) continue;
      this.#signs.shift();
      this.#due(first);
    }
    this.#watching = false;
    for (const sign of this.#signs.splice(0)) this.#due(sign);
  }
}
