import type { Plugin, SourceDocument } from 'polyphon/plugin';
import { documentOf, fieldAt, knownAt } from './item.ts';
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
    const idOf = (item: unknown, number: number): string => {
      const id = fieldAt(item, config.id);
      if (typeof id === 'number' || (typeof id === 'string' && id !== '')) return `${id}`;
      const why = id === '' || id === null ? 'it is empty' : knownAt(item, config.id);
      throw unexpected(host, `item ${number} has no ${config.id}; ${why}`);
    };
    return {
      pace: 'in-background' as const,
      async *list(signal: AbortSignal): AsyncGenerator<SourceDocument> {
        let count = 0;
        for await (const items of readPages(config, http, signal)) {
          /** Of this page; a service that grows while it is read shows an item on two of them. */
          const places = new Map<string, number>();
          for (const item of items) {
            if (count === config.maxItems) {
              log.warn('a service has more items than are read', { limit: config.maxItems });
              return;
            }
            count += 1;
            const id = idOf(item, count);
            const other = places.get(id);
            if (other !== undefined)
              throw unexpected(
                host,
                `items ${other} and ${count} have the same ${config.id}, which must name one item`,
              );
            places.set(id, count);
            yield documentOf(item, id, config);
          }
        }
      },
    };
  },
} satisfies Plugin<'source', typeof schema>;
