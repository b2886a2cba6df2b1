import type { TurnOutcome } from '../../contract/index.ts';

interface Waiter {
  resolve(outcome: TurnOutcome): void;
  reject(error: unknown): void;
}

/** What became of turns that wait or run, for who waits for it. */
export class TurnOutcomes {
  readonly #waiters = new Map<string, Waiter[]>();
  readonly #pending = new Set<string>();
  /** Those that go on although nobody waits for their outcome any longer. */
  readonly #late = new Set<string>();
  /** By tenant. */
  readonly #active = new Map<string, number>();

  activeTurns(tenantId: string): number {
    return this.#active.get(tenantId) ?? 0;
  }

  begin(tenantId: string, turnId: string): void {
    this.#pending.add(keyOf(tenantId, turnId));
    this.#active.set(tenantId, this.activeTurns(tenantId) + 1);
  }

  /** Undefined when none has this id. `failed` of one that waits for what is away, and goes on later. */
  of(tenantId: string, turnId: string, signal: AbortSignal): Promise<TurnOutcome> | undefined {
    const key = keyOf(tenantId, turnId);
    if (!this.#pending.has(key)) return undefined;
    if (this.#late.has(key)) return Promise.resolve({ status: 'failed' });
    const { promise, resolve, reject } = Promise.withResolvers<TurnOutcome>();
    const waiters = this.#waiters.get(key) ?? [];
    this.#waiters.set(key, waiters);
    const onAbort = (): void => reject(signal.reason);
    waiters.push({
      resolve: (outcome) => {
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      },
      reject,
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  settle(tenantId: string, turnId: string, outcome: TurnOutcome): void {
    const left = this.activeTurns(tenantId) - 1;
    if (left > 0) this.#active.set(tenantId, left);
    else this.#active.delete(tenantId);
    this.#pending.delete(keyOf(tenantId, turnId));
    this.#late.delete(keyOf(tenantId, turnId));
    this.#tell(tenantId, turnId, outcome);
  }

  /** Whoever waits is told that it failed; what it comes to is in the history then. */
  tellLate(tenantId: string, turnId: string): void {
    this.#late.add(keyOf(tenantId, turnId));
    this.#tell(tenantId, turnId, { status: 'failed' });
  }

  #tell(tenantId: string, turnId: string, outcome: TurnOutcome): void {
    const key = keyOf(tenantId, turnId);
    const waiters = this.#waiters.get(key);
    this.#waiters.delete(key);
    for (const waiter of waiters ?? []) waiter.resolve(outcome);
  }
}

function keyOf(tenantId: string, turnId: string): string {
  return `${tenantId} ${turnId}`;
}
