import type { Plugin } from 'polyphon/plugin';
import { schema } from './schema.ts';
import { SharedModels, type TransformersModule } from './shared-models.ts';
import { transformersEmbedding } from './transformers-embedding.ts';

/** Not a literal: the package is optional, and its types need not be there. */
const packageName: string = '@huggingface/transformers';
const models = new SharedModels(async () => (await import(packageName)) as TransformersModule);

/** Models that run in this process. */
export const plugin = {
  contract: 1,
  kind: 'embedding',
  name: 'transformers',
  schema,
  async open({ config, own }) {
    const { model, folder, dtype } = config;
    const held = own(await models.hold({ model, folder, dtype }));
    return transformersEmbedding(config, held.run);
  },
} satisfies Plugin<'embedding', typeof schema>;
