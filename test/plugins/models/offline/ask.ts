import type { Model, ModelMessage, ModelRequest, Passage } from 'polyphon/plugin';
import { newStemmer } from 'snowball-stemmers';
import { wordClasses } from '../../../../core/knowledge/word-classes.ts';
import { defaultThreshold } from '../../../../plugins/models/offline/choice.ts';
import { createComposer } from '../../../../plugins/models/offline/composer.ts';
import { createLexicons } from '../../../../plugins/models/offline/lexicon.ts';
import { createOfflineModel } from '../../../../plugins/models/offline/offline-model.ts';
import { createStemming } from '../../../../plugins/models/offline/stemming.ts';

export const unknownText = 'Dazu habe ich keine Auskunft.';
export const greetingText = 'Guten Tag, hier ist der KI-Assistent.';

export function offlineModel(options: { readonly maxSentences?: number; readonly threshold?: number } = {}): Model {
  const stemming = createStemming(newStemmer);
  return createOfflineModel(
    createComposer({
      stemming,
      lexicons: createLexicons(stemming, wordClasses),
      threshold: options.threshold ?? defaultThreshold,
      maxSentences: options.maxSentences ?? 3,
    }),
  );
}

export function requestFor(
  messages: readonly (ModelMessage | string)[],
  options: { readonly passages: readonly Passage[]; readonly language: string },
): ModelRequest {
  return {
    system: 'Secret instructions that no answer may repeat.',
    messages: messages.map((message) => (typeof message === 'string' ? { role: 'contact', text: message } : message)),
    passages: options.passages,
    tools: [],
    language: options.language,
    texts: { greeting: greetingText, unknown: unknownText },
  };
}

/** The whole text of one answer. */
export async function answerOf(model: Model, request: ModelRequest): Promise<string> {
  let text = '';
  for await (const event of model.stream(request, new AbortController().signal)) {
    if (event.type === 'text') text += event.text;
  }
  return text;
}
