import type { Retrieval } from '../contract/index.ts';

/** The retrieval with its searches going another way. */
export function withSearch(retrieval: Retrieval, search: Retrieval['search']): Retrieval {
  const { defaults } = retrieval;
  return {
    ...(defaults === undefined ? {} : { defaults }),
    sync: (signal) => retrieval.sync(signal),
    prepare: async (signal) => retrieval.prepare?.(signal),
    status: () => retrieval.status(),
    search,
  };
}
