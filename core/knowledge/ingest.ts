import { DocumentReader } from './extract/document-reader.ts';
import type { IngestOptions, IngestReport } from './ingest-report.ts';
import type { IngestRequest, IngestServices } from './ingest-request.ts';
import { IngestRun } from './ingest-run.ts';

/** A thread costs 15 MB while it waits and a fifth of a second to start; a thousand tenants are read one after the other. */
const readerRestMs = 5000;

/** Reads what has changed. Ingests of one tenant run one after the other; what is done survives an abort, and the next run goes on there. */
export class Ingester implements AsyncDisposable {
  readonly #options: IngestServices;
  readonly #reader: DocumentReader;
  readonly #last = new Map<string, Promise<unknown>>();
  #active = 0;
  #resting: AbortController | undefined;

  constructor(options: IngestServices) {
    this.#options = options;
    this.#reader = new DocumentReader(options.clock);
  }

  ingest(request: IngestRequest, options: IngestOptions, signal: AbortSignal): Promise<IngestReport> {
    const before = this.#last.get(request.tenantId) ?? Promise.resolve();
    const run = before.then(() => this.#ingest(request, options, signal));
    const settled = run.catch(() => {});
    this.#last.set(request.tenantId, settled);
    void settled.then(() => {
      if (this.#last.get(request.tenantId) === settled) this.#last.delete(request.tenantId);
    });
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#resting?.abort();
    await this.#reader.close();
  }

  async #ingest(request: IngestRequest, options: IngestOptions, signal: AbortSignal): Promise<IngestReport> {
    this.#active += 1;
    this.#resting?.abort();
    const { clock, store } = this.#options;
    const startedMs = clock.monotonicMs();
    try {
      const run = new IngestRun(request, options, this.#options, this.#reader, signal);
      const report = await run.run();
      if (options.mode === 'apply') await request.retrieval?.sync(signal);
      const chunks =
        options.mode === 'apply' ? store.forTenant(request.tenantId).knowledge.chunkCount() : report.chunks;
      options.onProgress?.({ phase: 'done', done: report.total, total: report.total });
      const { total, ...counts } = report;
      return { tenantId: request.tenantId, ...counts, chunks, elapsedMs: clock.monotonicMs() - startedMs };
    } finally {
      this.#active -= 1;
      if (this.#active === 0) void this.#rest();
    }
  }

  /** Closes the reading thread when no ingest has followed. */
  async #rest(): Promise<void> {
    const resting = new AbortController();
    this.#resting = resting;
    await this.#options.clock.sleep(readerRestMs, resting.signal).then(
      () => this.#reader.close(),
      () => {},
    );
  }
}
