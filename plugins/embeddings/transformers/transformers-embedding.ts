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

/** @throws from `embed`: PolyphonError EMB8204. */
export function transformersEmbedding(settings: TransformersSettings, run: Extractor): Embedding {
  const { model, dtype, dimensions, pooling, batchSize, maxTextLength, queryPrefix, passagePrefix } = settings;
  const where = `transformers:${model}`;
  return {
    id: `transformers:${model}:${dtype}:${pooling}:${dimensions}:${JSON.stringify([queryPrefix, passagePrefix])}`,
    dimensions,
    where,
    limits: { maxBatch: batchSize, maxCharacters: maxTextLength },
    async embed(texts, purpose, signal) {
      signal.throwIfAborted();
      const prefix = purpose === 'query' ? queryPrefix : passagePrefix;
      const prefixed = texts.map((text) => prefix + text);
      const { data, dims } = await run(prefixed, { pooling, normalize: true }).catch((error: unknown) => {
        throw new PolyphonError('EMB8204', `Embedding ${where}: the model failed. The next reading tries again.`, {
          cause: error,
        });
      });
      const [count = 0, length = 0] = dims;
      return Array.from({ length: count }, (_text, row) =>
        Float32Array.from({ length }, (_value, column) => data[row * length + column] ?? 0),
      );
    },
  };
}
