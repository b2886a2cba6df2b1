import { type Embedding, PolyphonError } from '../contract/index.ts';

/** Texts embedded in one call, of several documents where they are short: enough for a remote model to be worth the way. */
export const embedAtOnce = 48;

/** @throws PolyphonError KNW8009 where an embedding does not keep its contract, and what `batched` throws. */
export async function embedPassages(
  embedding: Embedding,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const { id, dimensions } = embedding;
  const vectors = await embedding.embed(texts, 'passage', signal);
  if (vectors.length !== texts.length || vectors.some((vector) => vector.length !== dimensions)) {
    throw new PolyphonError(
      'KNW8009',
      `The embedding '${id}' gave ${vectors.length} vectors for ${texts.length} texts, or vectors of another size than ${dimensions}. Report it to the author of the plugin.`,
    );
  }
  return vectors;
}
