import type { Plugin } from 'polyphon/plugin';
import { defaultThreshold } from './choice.ts';
import { createComposer } from './composer.ts';
import { createLexicons, type Lexicons, type WordClasses } from './lexicon.ts';
import { createOfflineModel } from './offline-model.ts';
import { schema } from './schema.ts';
import { createStemming, type Stemming } from './stemming.ts';

interface Language {
  readonly stemming: Stemming;
  readonly lexicons: Lexicons;
}

/** Words and their stems belong to no tenant, and a thousand tenants need them once: about 4 MB when full. */
let language: Promise<Language> | undefined;

async function loadLanguage(wordClasses: WordClasses): Promise<Language> {
  const { newStemmer } = await import('snowball-stemmers');
  const stemming = createStemming(newStemmer);
  return { stemming, lexicons: createLexicons(stemming, wordClasses) };
}

/** The default model: no key, no download. It answers by quoting the passages. */
export const plugin = {
  contract: 1,
  kind: 'model',
  name: 'offline',
  schema,
  open: async ({ config, wordClasses }) => {
    language ??= loadLanguage(wordClasses);
    const { stemming, lexicons } = await language;
    return createOfflineModel(
      createComposer({
        stemming,
        lexicons,
        threshold: config.threshold ?? defaultThreshold,
        maxSentences: config.maxSentences ?? 3,
      }),
    );
  },
} satisfies Plugin<'model', typeof schema>;
