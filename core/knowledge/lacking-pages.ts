import type { Embeddings } from '../store/embeddings.ts';
import type { StoredChunk } from '../store/knowledge-repository.ts';

/** `other` is what they are stored with: another embedding, or none. */
interface LackingPage {
  readonly other: string;
  readonly chunks: readonly StoredChunk[];
}

/** The chunks that have no vector of this embedding, as many at once; each comes once, also where it goes on lacking one. */
export function* lackingPages(
  embeddings: Pick<Embeddings, 'others' | 'lackingChunks'>,
  embeddingId: string,
  limit: number,
): Generator<LackingPage> {
  for (const other of embeddings.others(embeddingId)) {
    for (let after = 0; ; ) {
      const chunks = embeddings.lackingChunks(embeddingId, { other, after, limit });
      const last = chunks.at(-1);
      if (last === undefined) break;
      after = last.label;
      yield { other, chunks };
    }
  }
}
