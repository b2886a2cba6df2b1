import { Extractor } from './extract/extractor.ts';
import type { IngestOptions, IngestReport } from './ingest-report.ts';
import type { IngestRequest, IngestServices } from './ingest-request.ts';
import { IngestRun } from './ingest-run.ts';

/** Reads what has changed. Ingests of one tenant run one after the other; what is done survives an abort, and the next run goes on there. */
export class Ingester implements AsyncDisposable {
  readonly #options: IngestServices;
  readonly #extractor: Extractor;
  readonly #last = new Map<string, Promise<unknown>>();
  #active = 0;

  constructor(options: IngestServices) {
    this.#options = options;
    this.#extractor = new Extractor(options.clock);
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
    await this.#extractor.close();
  }

  async #ingest(request: IngestRequest, options: IngestOptions, signal: AbortSignal): Promise<IngestReport> {
    this.#active += 1;
    const { clock, store } = this.#options;
    const startedMs = clock.monotonicMs();
    try {
      const run = new IngestRun(request, options, this.#options, this.#extractor, signal);
      const report = await run.run();
      if (options.mode === 'apply') await request.retrieval?.sync(signal);
      const chunks =
        options.mode === 'apply' ? store.forTenant(request.tenantId).knowledge.chunkCount() : report.chunks;
      options.onProgress?.({ phase: 'done', done: report.total, total: report.total });
      const { total, ...counts } = report;
      return { tenantId: request.tenantId, ...counts, chunks, elapsedMs: clock.monotonicMs() - startedMs };
    } finally {
      this.#active -= 1;
      if (this.#active === 0) await this.#extractor.close();
    }
  }
}
