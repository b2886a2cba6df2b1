import type { Plugin, SourceDocument } from 'polyphon/plugin';
import { documentOf, fieldAt } from './item.ts';
import { readPages, unexpected } from './json-pages.ts';
import { schema } from './schema.ts';

/** Items of a service that answers with JSON: products, flats, events. */
export const plugin = {
  contract: 1,
  kind: 'source',
  name: 'http-json',
  schema,
  async open({ config, http, log }) {
    const { host } = new URL(config.url);
    return {
      pace: 'in-background' as const,
      async *list(signal: AbortSignal): AsyncGenerator<SourceDocument> {
        let count = 0;
        for await (const items of readPages(config, http, signal)) {
          for (const item of items) {
            const id = fieldAt(item, config.id);
            if ((typeof id !== 'string' && typeof id !== 'number') || id === '')
              throw unexpected(host, `item ${count + 1} has no ${config.id}`);
            yield documentOf(item, `${id}`, config);
            count += 1;
            if (count < config.maxItems) continue;
            log.warn('a service has more items than are read', { limit: config.maxItems });
            return;
          }
        }
      },
    };
  },
} satisfies Plugin<'source', typeof schema>;
