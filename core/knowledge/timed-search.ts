import type { Clock, Retrieval } from '../contract/index.ts';
import { withSearch } from './with-search.ts';

/** `index`: `cold` where it had to be loaded for this search. */
export type OnSearched = (index: 'cold' | 'open', elapsedMs: number) => void;

/** A retrieval that tells how long its searches take. */
export function timedSearch(
  retrieval: Retrieval,
  { clock, onEnd }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly onEnd: OnSearched },
): Retrieval {
  const isOpen = () => retrieval.status().bytes > 0;
  return withSearch(retrieval, async (query, signal) => {
    const startMs = clock.monotonicMs();
    const wasOpen = isOpen();
    const found = await retrieval.search(query, signal);
    // A search by words alone has no index that could be cold.
    onEnd(!wasOpen && isOpen() ? 'cold' : 'open', clock.monotonicMs() - startMs);
    return found;
  });
}
