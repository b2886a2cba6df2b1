import type { Embeddings } from '../store/embeddings.ts';
import type { StoredChunk } from '../store/knowledge-repository.ts';

/** The chunks that have no vector of this embedding, as many at once; each comes once, also where it goes on lacking one. */
export function* lackingPages(
  embeddings: Pick<Embeddings, 'others' | 'lackingChunks'>,
  embeddingId: string,
  limit: number,
): Generator<readonly StoredChunk[]> {
  for (const other of embeddings.others(embeddingId)) {
    for (let after = 0; ; ) {
      const page = embeddings.lackingChunks(embeddingId, { other, after, limit });
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.label;
      yield page;
    }
  }
}
