import { type Clock, type Logger, PolyphonError } from '../contract/index.ts';
import { within } from '../conversation/within.ts';
import type { IngestReport } from '../knowledge/ingest-report.ts';

/** How long a question waits for documents that were saved before it was asked; then the older index answers. */
const refreshPatienceMs = 1500;

interface Waiting {
  readonly tenantId: string;
  readonly done: PromiseWithResolvers<IngestReport>;
  /** That the tenant was removed meanwhile. */
  state: 'wanted' | 'forgotten';
}

/**
 * Reads documents in the background, one tenant at a time: reading is bound by the processor, and two at once would only
 * make both late. A tenant that is asked a question goes to the front.
 */
export class KnowledgeKeeper {
  readonly #ingest: (tenantId: string, signal: AbortSignal) => Promise<IngestReport>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #signal: AbortSignal;
  readonly #known = new Set<string>();
  readonly #queue: Waiting[] = [];
  #running: Waiting | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: {
    readonly ingest: (tenantId: string, signal: AbortSignal) => Promise<IngestReport>;
    readonly clock: Clock;
    readonly log: Logger;
    readonly signal: AbortSignal;
  }) {
    this.#ingest = options.ingest;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#signal = options.signal;
  }

  /** The documents were read before this process began: an older index can answer while they are read again. */
  remember(tenantId: string): void {
    this.#known.add(tenantId);
  }

  /** Of a tenant that has been removed nothing stays, whether it waits, is being read or was read. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
    if (this.#running?.tenantId === tenantId) this.#running.state = 'forgotten';
    const at = this.#queue.findIndex((waiting) => waiting.tenantId === tenantId);
    if (at < 0) return;
    const [queued] = this.#queue.splice(at, 1);
    queued?.done.reject(new PolyphonError('TEN2101', `Tenant '${tenantId}' has been removed. Nothing of it is read.`));
  }

  /** Joins a refresh that has not begun; one that runs may already have passed the file that changed. */
  refresh(tenantId: string): Promise<IngestReport> {
    const queued = this.#queue.find((waiting) => waiting.tenantId === tenantId);
    if (queued !== undefined) return queued.done.promise;
    const waiting: Waiting = { tenantId, done: Promise.withResolvers(), state: 'wanted' };
    waiting.done.promise.catch(() => {});
    this.#queue.push(waiting);
    void this.#run();
    return waiting.done.promise;
  }

  /** Resolves when a question may be answered: the first reading is awaited to its end, a later one for 1.5 s. */
  async ready(tenantId: string, signal: AbortSignal): Promise<void> {
    const at = this.#queue.findIndex((waiting) => waiting.tenantId === tenantId);
    const [queued] = at > 0 ? this.#queue.splice(at, 1) : [this.#queue[at]];
    if (at > 0 && queued !== undefined) this.#queue.unshift(queued);
    const pending = queued ?? (this.#running?.tenantId === tenantId ? this.#running : undefined);
    if (pending === undefined) {
      if (this.#known.has(tenantId)) return;
      await within(this.refresh(tenantId), [signal]);
      return;
    }
    if (!this.#known.has(tenantId)) {
      await within(pending.done.promise, [signal]);
      return;
    }
    using patience = this.#clock.deadline(refreshPatienceMs);
    await within(pending.done.promise, [signal, patience.signal]).catch(() => signal.throwIfAborted());
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    if (this.#running === undefined && this.#queue.length === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  async #run(): Promise<void> {
    if (this.#running !== undefined) return;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#running = next;
      try {
        this.#signal.throwIfAborted();
        const report = await this.#ingest(next.tenantId, this.#signal);
        if (next.state === 'wanted') this.#known.add(next.tenantId);
        next.done.resolve(report);
      } catch (error) {
        if (!this.#signal.aborted && next.state === 'wanted')
          this.#log.error('the documents of a tenant could not be read', { tenant: next.tenantId, error });
        next.done.reject(error);
      }
    }
    this.#running = undefined;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
