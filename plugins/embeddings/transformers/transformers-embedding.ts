import { type Embedding, PolyphonError } from 'polyphon/plugin';
import type { Extractor } from './shared-models.ts';

export interface TransformersSettings {
  readonly model: string;
  readonly dtype: string;
  readonly dimensions: number;
  readonly pooling: string;
  readonly batchSize: number;
  readonly maxTextLength: number;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
}

/** @throws from `embed`: PolyphonError EMB8204, EMB8207. */
export function transformersEmbedding(settings: TransformersSettings, run: Extractor): Embedding {
  const { model, dtype, dimensions, pooling, batchSize, maxTextLength, queryPrefix, passagePrefix } = settings;
  const where = `transformers:${model}`;
  return {
    id: `transformers:${model}:${dtype}:${pooling}:${dimensions}:${JSON.stringify([queryPrefix, passagePrefix])}`,
    dimensions,
    async embed(texts, purpose, signal) {
      const prefix = purpose === 'query' ? queryPrefix : passagePrefix;
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        signal.throwIfAborted();
        const batch = texts.slice(start, start + batchSize).map((text) => prefix + text.slice(0, maxTextLength));
        const answer = await run(batch, { pooling, normalize: true }).catch((error: unknown) => {
          throw new PolyphonError('EMB8204', `Embedding ${where}: the model failed. The next reading tries again.`, {
            cause: error,
          });
        });
        const [count, length] = answer.dims;
        if (count !== batch.length || length !== dimensions) {
          throw new PolyphonError(
            'EMB8207',
            `Embedding ${where}: it gave ${count} vectors of ${length} dimensions for ${batch.length} texts, not of ${dimensions}. Correct \`dimensions\`.`,
          );
        }
        for (let at = 0; at < batch.length; at += 1)
          vectors.push(
            Float32Array.from({ length: dimensions }, (_, index) => answer.data[at * dimensions + index] ?? 0),
          );
      }
      return vectors;
    },
  };
}
