import type { Embeddings } from '../store/embeddings.ts';

/** What became of the vectors that chunks lacked. */
export interface BackfillReport {
  readonly made: number;
  /** How many are lacking still. */
  readonly missing: number;
  /** The embedding that served before and goes on while any is missing; absent where words find what has no vector. */
  readonly earlier?: string;
  /** Why, of the first that could not be made. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** What serves in the place of this embedding until its vectors are whole. */
export function earlierThan(
  embeddingId: string,
  embeddings: Pick<Embeddings, 'served'>,
): Pick<BackfillReport, 'earlier'> {
  const served = embeddings.served()?.embeddingId;
  return served === undefined || served === embeddingId ? {} : { earlier: served };
}
