import type { Plugin } from 'polyphon/plugin';
import { defaultThreshold } from './choice.ts';
import { createComposer } from './composer.ts';
import { createOfflineModel } from './offline-model.ts';
import { schema } from './schema.ts';
import { createStemming } from './stemming.ts';

/** The default model: no key, no download. It answers by quoting the passages. */
export const plugin = {
  contract: 1,
  kind: 'model',
  name: 'offline',
  schema,
  open: async ({ config }) => {
    const { newStemmer } = await import('snowball-stemmers');
    return createOfflineModel(
      createComposer({
        stemming: createStemming(newStemmer),
        threshold: config.threshold ?? defaultThreshold,
        maxSentences: config.maxSentences ?? 3,
      }),
    );
  },
} satisfies Plugin<'model', typeof schema>;
