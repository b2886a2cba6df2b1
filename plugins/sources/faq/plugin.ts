import { type Plugin, PolyphonError, type SourceDocument } from 'polyphon/plugin';
import { checkPair, documentOf } from './pair.ts';
import { schema } from './schema.ts';

const maxBytes = 4 * 1024 * 1024;

/** Questions with their answers. */
export const plugin = {
  contract: 1,
  kind: 'source',
  name: 'faq',
  schema,
  async open({ config, folder, key }) {
    const inline = (config.pairs ?? []).map((pair, index) => checkPair(pair, `knowledge.${key}.with.pairs[${index}]`));
    return {
      async *list(signal: AbortSignal): AsyncGenerator<SourceDocument> {
        for (const pair of inline) yield documentOf(pair, key, config.language);
        if (config.path === undefined) return;
        const { readPairs } = await import('./read-pairs.ts');
        const files = await folder.glob(config.path, signal);
        if (files.length === 0)
          throw new PolyphonError(
            'SRC8104',
            `No file fits '${config.path}'. Correct \`path:\` under \`knowledge.${key}\`.`,
          );
        for (const { path } of files) {
          const text = new TextDecoder().decode(await folder.read(path, { maxBytes }, signal));
          for (const pair of readPairs(path, text)) yield documentOf(pair, path, config.language);
        }
      },
    };
  },
} satisfies Plugin<'source', typeof schema>;
