import type { Plugin } from 'polyphon/plugin';
import { hashedVector } from './hashed-vector.ts';
import { schema } from './schema.ts';

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
        signal.throwIfAborted();
        return texts.map((text) => hashedVector(text, dimensions));
      },
    };
  },
} satisfies Plugin<'embedding', typeof schema>;
