import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Plugin } from 'polyphon/plugin';
import { hashedVector } from './hashed-vector.ts';
import { schema } from './schema.ts';

/** Some 2 ms, then others have their turn. */
const textsAtOnce = 12;
/** Changes with the vectors. */
const version = 1;

/** Vectors from the letters of a text: no model, no download, the same in every language. */
export const plugin = {
  contract: 1,
  kind: 'embedding',
  name: 'hashed',
  schema,
  async open({ config }) {
    const { dimensions } = config;
    return {
      id: `hashed-${version}-${dimensions}`,
      dimensions,
      async embed(texts, _purpose, signal) {
        const vectors: Float32Array[] = [];
        for (const text of texts) {
          signal.throwIfAborted();
          vectors.push(hashedVector(text, dimensions));
          if (vectors.length % textsAtOnce === 0) await nextTurn();
        }
        return vectors;
      },
    };
  },
} satisfies Plugin<'embedding', typeof schema>;
