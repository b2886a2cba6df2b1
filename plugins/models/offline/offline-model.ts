import type { Model, ModelEvent } from 'polyphon/plugin';
import type { Composer } from './composer.ts';
import { wordGroups } from './word-groups.ts';

const wordsPerGroup = 3;

export function createOfflineModel(composer: Composer): Model {
  return {
    id: 'offline',
    capabilities: { tools: 'none' },
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      signal.throwIfAborted();
      for (const text of wordGroups(request.texts.unreadable ?? composer.compose(request), wordsPerGroup)) {
        signal.throwIfAborted();
        yield { type: 'text', text };
      }
      signal.throwIfAborted();
      // Nothing is metered: this model has no tokens and costs nothing.
      yield { type: 'done', finish: 'stop', usage: { inputTokens: 0, outputTokens: 0 } };
    },
    rewriteQuery: (messages, language) => composer.rewriteQuery(messages, language),
  };
}
