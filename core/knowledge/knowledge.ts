import type { Corpus } from '../contract/index.ts';
import type { DocumentState } from '../store/knowledge-repository.ts';
import { Backfill, type BackfillRequest } from './backfill.ts';
import type { BackfillReport } from './backfill-report.ts';
import { createCorpus } from './corpus.ts';
import { Ingester } from './ingest.ts';
import type { IngestOptions, IngestReport } from './ingest-report.ts';
import type { IngestRequest, IngestServices } from './ingest-request.ts';
import { LoopShare } from './loop-share.ts';
import { groupQuestions, type UnansweredGroup } from './unanswered-questions.ts';

const dayMs = 86_400_000;
const mostUnanswered = 1000;
/** What the searches in large corpora, of all tenants together, take of a round of the event loop before others have their turn. */
const searchShareMs = 2;

export type { DocumentState, IngestRequest };

/** The documents of all tenants: from sources to chunks with vectors, and back as a tenant's corpus. */
export interface Knowledge extends AsyncDisposable {
  corpus(tenantId: string): Corpus;
  /**
   * Brings the stored chunks up to what the sources list now, and then the open index, if one is handed over. A document that
   * cannot be read is in the report and in `documents`, and keeps none of the others.
   */
  ingest(request: IngestRequest, options: IngestOptions, signal: AbortSignal): Promise<IngestReport>;
  /** Makes the vectors of another embedding, and lets them serve when the last is there; until then what served before goes on. */
  backfill(request: BackfillRequest, signal: AbortSignal): Promise<BackfillReport>;
  /** Every known document with its state, ordered by source and id. */
  documents(tenantId: string, signal: AbortSignal): Promise<readonly DocumentState[]>;
  chunkCount(tenantId: string): Promise<number>;
  /** What was asked and not known in the last days, questions that are alike together, most asked first; of the latest thousand. */
  unanswered(
    tenantId: string,
    query: { readonly days: number },
    signal: AbortSignal,
  ): Promise<readonly UnansweredGroup[]>;
}

export function createKnowledge(services: IngestServices): Knowledge {
  const { store } = services;
  const ingester = new Ingester(services);
  const share = new LoopShare(searchShareMs, services.clock);
  return {
    corpus: (tenantId) => createCorpus(store.forTenant(tenantId).knowledge, share),
    ingest: (request, options, signal) => ingester.ingest(request, options, signal),
    backfill: (request, signal) => new Backfill(request, store, signal).run(),
    async documents(tenantId, signal) {
      signal.throwIfAborted();
      return store.forTenant(tenantId).knowledge.documents();
    },
    chunkCount: async (tenantId) => store.forTenant(tenantId).knowledge.chunkCount(),
    async unanswered(tenantId, { days }, signal) {
      signal.throwIfAborted();
      const from = services.clock.now() - days * dayMs;
      return groupQuestions(store.forTenant(tenantId).unanswered.since(from, mostUnanswered), signal);
    },
    [Symbol.asyncDispose]: () => ingester[Symbol.asyncDispose](),
  };
}
