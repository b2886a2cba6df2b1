import { type Clock, type Logger, PolyphonError, type TurnOutcome } from '../../contract/index.ts';
import { isGone, isPassing } from '../absence.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { RoundPace } from '../round-pace.ts';
import { Sleepers } from '../sleepers.ts';
import { type GivenUp, givenUpBy, type TurnTask } from '../turn/running-turn.ts';
import { FairSlots, type Weights } from './fair-slots.ts';
import { TurnOutcomes } from './turn-outcomes.ts';

/** A turn that waits in a mailbox. */
export interface WaitingTurn {
  readonly turnId: string;
  /** It begins at this time at the earliest, on the clock's `now`: other messages may join it until then. */
  readonly dueAtMs: number;
}

/**
 * How often a turn is tried that ended without an outcome by a fault of its own, the last time to say that it failed; after so many tries
 * nobody waits for its outcome any longer, whatever it was.
 */
const maxAttempts = 3;
const retryPauseMs = 500;
/** A store that refuses, or a bot that is away, is asked again as often as messages wait for their channel. */
const longestPauseMs = 30_000;

interface QueuedTurn {
  readonly turnId: string;
  /** On the monotonic clock: one that is set back holds up nobody. */
  dueMs: number;
  readonly offeredMs: number;
  /** How often it ended without an outcome. */
  attempts: number;
  /** How often of these by a fault of its own. */
  faults: number;
  /** Why it was to say nothing, where that could not be written down. */
  givenUp: GivenUp | undefined;
}

interface Mailbox {
  readonly tenantId: string;
  readonly conversationId: string;
  readonly queue: QueuedTurn[];
  running: { readonly turnId: string; readonly controller: AbortController } | undefined;
}

/**
 * One mailbox a conversation with something to do: its turns run one at a time and in order, those of other conversations in
 * parallel. A mailbox that is empty leaves the memory.
 */
export class Mailboxes {
  readonly #services: Pick<ConversationServices, 'clock'>;
  readonly #log: Logger;
  readonly #run: (task: TurnTask) => Promise<TurnOutcome>;
  readonly #slots: FairSlots;
  readonly #pace: RoundPace;
  readonly #sleepers: Sleepers;
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #outcomes = new TurnOutcomes();
  /** Nothing waits for what is away any more. */
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();
  #idle: (() => void) | undefined;

  constructor(options: {
    readonly clock: ConversationServices['clock'];
    readonly log: Logger;
    readonly maxRunning: number;
    readonly weights?: Weights;
    run(task: TurnTask): Promise<TurnOutcome>;
  }) {
    this.#services = options;
    this.#log = options.log;
    this.#run = options.run;
    this.#slots = new FairSlots(options.maxRunning, options.clock, options.weights);
    this.#pace = new RoundPace(options.clock);
    this.#sleepers = new Sleepers(options.clock);
  }

  /** How many conversations have something to do. */
  get size(): number {
    return this.#mailboxes.size;
  }

  activeTurns(tenantId: string): number {
    return this.#outcomes.activeTurns(tenantId);
  }

  isRunning(tenantId: string, conversationId: string, turnId: string): boolean {
    return this.#mailboxes.get(keyOf(tenantId, conversationId))?.running?.turnId === turnId;
  }

  /** Adds the turn, or lets the one that waits already wait for this message too. `restart` gives up the running one for it. */
  offer(tenantId: string, conversationId: string, turn: WaitingTurn, overlap: 'queue' | 'restart'): void {
    const key = keyOf(tenantId, conversationId);
    const known = this.#mailboxes.get(key);
    const mailbox: Mailbox = known ?? { tenantId, conversationId, queue: [], running: undefined };
    if (mailbox.running?.turnId === turn.turnId) return;
    const { clock } = this.#services;
    const offeredMs = clock.monotonicMs();
    const dueMs = offeredMs + Math.max(0, turn.dueAtMs - clock.now());
    const waiting = mailbox.queue.find(({ turnId }) => turnId === turn.turnId);
    if (waiting !== undefined) waiting.dueMs = Math.max(waiting.dueMs, dueMs);
    else {
      mailbox.queue.push(newTurn(turn.turnId, dueMs, offeredMs));
      this.#outcomes.begin(tenantId, turn.turnId);
    }
    if (overlap === 'restart') this.interrupt(tenantId, conversationId, superseded());
    if (known !== undefined) return;
    this.#mailboxes.set(key, mailbox);
    void this.#work(key, mailbox);
  }

  /** What waits for this bot to serve is tried at once. */
  wake(tenantId: string): void {
    for (const [key, mailbox] of this.#mailboxes) {
      const [first] = mailbox.queue;
      if (mailbox.tenantId !== tenantId || first === undefined || first.attempts === 0) continue;
      first.dueMs = Math.min(first.dueMs, this.#services.clock.monotonicMs());
      this.#sleepers.wake(key);
    }
  }

  /** Ends the running turn, if there is one. */
  interrupt(tenantId: string, conversationId: string, reason: PolyphonError): void {
    this.#mailboxes.get(keyOf(tenantId, conversationId))?.running?.controller.abort(reason);
  }

  /** The outcome of a turn that waits or runs; undefined when none has this id. `failed` of one that waits for what is away, and goes on later. */
  outcome(tenantId: string, turnId: string, signal: AbortSignal): Promise<TurnOutcome> | undefined {
    return this.#outcomes.of(tenantId, turnId, signal);
  }

  /** Waits for all turns but those that wait for what is away, at most until the signal aborts; then ends them without an outcome. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#draining.abort(stopped());
    if (this.#mailboxes.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    const stop = (): void => {
      this.#stopping.abort(stopped());
      for (const { running } of this.#mailboxes.values()) running?.controller.abort(this.#stopping.signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    await promise;
    signal.removeEventListener('abort', stop);
  }

  async #work(key: string, mailbox: Mailbox): Promise<void> {
    const { tenantId, queue } = mailbox;
    while (queue.length > 0 && !this.#stopping.signal.aborted) {
      try {
        await this.#untilDue(key, mailbox);
        await this.#slots.acquire(tenantId);
        await this.#pace.begin();
      } catch {
        break;
      }
      try {
        await this.#runFirst(mailbox);
      } finally {
        mailbox.running = undefined;
        this.#slots.release(tenantId);
      }
    }
    for (const { turnId } of queue.splice(0)) this.#outcomes.settle(tenantId, turnId, { status: 'failed' });
    this.#mailboxes.delete(key);
    if (this.#mailboxes.size === 0) this.#idle?.();
  }

  /** The time may move while we wait: a burst is one turn. */
  async #untilDue(key: string, { queue }: Mailbox): Promise<void> {
    const { clock } = this.#services;
    for (let ms = restOf(queue, clock); ms > 0; ms = restOf(queue, clock)) {
      const waitsForLong = (queue[0]?.attempts ?? 0) >= maxAttempts;
      await this.#sleepers.sleep(key, ms, (waitsForLong ? this.#draining : this.#stopping).signal);
    }
  }

  async #runFirst(mailbox: Mailbox): Promise<void> {
    const { tenantId, conversationId, queue } = mailbox;
    const turn = queue.shift();
    if (turn === undefined || this.#stopping.signal.aborted) {
      if (turn !== undefined) queue.unshift(turn);
      return;
    }
    const controller = new AbortController();
    mailbox.running = { turnId: turn.turnId, controller };
    turn.attempts += 1;
    try {
      const outcome = await this.#run({
        tenantId,
        conversationId,
        turnId: turn.turnId,
        queuedMs: this.#services.clock.monotonicMs() - turn.offeredMs,
        signal: controller.signal,
        ...(turn.givenUp === undefined ? {} : { givenUp: turn.givenUp }),
        isLastTry: turn.faults === maxAttempts - 1,
        leaving: this.#draining.signal,
        onLong: () => this.#outcomes.tellLate(tenantId, turn.turnId),
        goOn: () => this.#pace.goOn(),
        leaveTo: (turnId) => {
          const nowMs = this.#services.clock.monotonicMs();
          queue.unshift(newTurn(turnId, nowMs, nowMs));
          this.#outcomes.begin(tenantId, turnId);
        },
        successor: () => queue[0]?.turnId,
      });
      this.#outcomes.settle(tenantId, turn.turnId, outcome);
    } catch (error) {
      turn.givenUp = givenUpBy(controller.signal) ?? turn.givenUp;
      this.#endedWithout(mailbox, turn, error);
    }
  }

  /**
   * Nothing was written, and the inbox still has it. What passes is waited for, for as long as it takes: the person was told that their
   * message is kept, and what they write next waits behind it. A fault that keeps a turn even from saying that it failed is left to the next start.
   */
  #endedWithout({ tenantId, queue }: Mailbox, turn: QueuedTurn, error: unknown): void {
    const { turnId } = turn;
    const isLeft = this.#draining.signal.aborted && error === this.#draining.signal.reason;
    // The mailbox ends with it, so that nothing goes ahead of it.
    if (isLeft) turn.attempts = Math.max(turn.attempts, maxAttempts);
    const { attempts } = turn;
    const passes = isLeft || isPassing(error);
    if (!passes) turn.faults += 1;
    const again = (passes || turn.faults < maxAttempts) && !this.#stopping.signal.aborted;
    const fields = { tenant: tenantId, turn: turnId };
    if (isLeft || this.#isLeftBehind(error)) this.#log.info('a turn is left to the next start', fields);
    else if (attempts <= maxAttempts || !passes) {
      this.#log.error('a turn ended without an outcome', { ...fields, again, error });
    } else this.#log.debug('a turn waits for what it needs', { ...fields, attempts, error });
    if (!again) {
      this.#outcomes.settle(tenantId, turnId, { status: 'failed' });
      // Where the bot is gone the others are left with it, so that all come back in their order.
      if (isGone(error))
        for (const left of queue.splice(0)) this.#outcomes.settle(tenantId, left.turnId, { status: 'failed' });
      return;
    }
    if (attempts >= maxAttempts) this.#outcomes.tellLate(tenantId, turnId);
    turn.dueMs = this.#services.clock.monotonicMs() + Math.min(retryPauseMs * 2 ** attempts, longestPauseMs);
    queue.unshift(turn);
  }

  /** It outlasted the drain, and says so in our words or those of a call that was aborted; anything else is a fault also then. */
  #isLeftBehind(error: unknown): boolean {
    if (!this.#stopping.signal.aborted) return false;
    return error instanceof PolyphonError || (error instanceof Error && error.name === 'AbortError');
  }
}

function newTurn(turnId: string, dueMs: number, offeredMs: number): QueuedTurn {
  return { turnId, dueMs, offeredMs, attempts: 0, faults: 0, givenUp: undefined };
}

function keyOf(tenantId: string, id: string): string {
  return `${tenantId} ${id}`;
}

function restOf([first]: Mailbox['queue'], clock: Pick<Clock, 'monotonicMs'>): number {
  return first === undefined ? 0 : first.dueMs - clock.monotonicMs();
}

function superseded(): PolyphonError {
  return new PolyphonError('CNV5007', 'A later message took the place of this turn. Its reply answers both.');
}

function stopped(): PolyphonError {
  return new PolyphonError('TEN2104', 'The process is stopping. The turn is taken up again at the next start.');
}
