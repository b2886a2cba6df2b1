import type { Reranker, ResolvedBot, Retrieval } from '../contract/index.ts';
import { passageSearch } from '../knowledge/passage-search.ts';
import { Reranking } from '../knowledge/reranking.ts';
import type { TenantServices } from './tenant-services.ts';

/** The opened retrieval of a bot with what its definition adds to it. The reranker opens with the first question. */
export function searchOf(
  retrieval: Retrieval,
  { perDocument, rerank }: ResolvedBot['retrieval'],
  { clock, log, onReranked }: Pick<TenantServices, 'clock' | 'log' | 'onReranked'>,
  openReranker: () => Promise<Reranker>,
): Retrieval {
  if (rerank === undefined) return passageSearch(retrieval, { perDocument });
  const { candidates, timeoutMs, use } = rerank;
  const reranking = new Reranking({
    candidates,
    timeoutMs,
    open: openReranker,
    clock,
    log: log.with({ plugin: use }),
    onEnd: onReranked,
  });
  return passageSearch(retrieval, { perDocument, reranking });
}
