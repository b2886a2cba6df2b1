import { type Mistake, type Plugin, PolyphonError, type SourceDocument, type TenantFolder } from 'polyphon/plugin';
import type { Static } from 'typebox';
import { checkPair, documentOf, type Pair } from './pair.ts';
import { refuseTwice } from './placed-pair.ts';
import { schema } from './schema.ts';

type Config = Static<typeof schema>;

const maxBytes = 4 * 1024 * 1024;

/** Questions with their answers. */
export const plugin = {
  contract: 1,
  kind: 'source',
  name: 'faq',
  schema,
  async proofread(config, folder, signal) {
    if (config.path === undefined && config.pairs === undefined)
      return [{ at: [], what: 'there are no pairs', remedy: 'name their file in `path`, or write them in `pairs`' }];
    const mistakes = [
      mistakeOf(() => inlinePairs(config, 'pairs'), ['pairs']),
      ...(await mistakesOfFiles(config, folder, signal)),
    ];
    return mistakes.filter((mistake) => mistake !== undefined);
  },
  async open({ config, folder, key }) {
    return {
      async *list(signal: AbortSignal): AsyncGenerator<SourceDocument> {
        for (const pair of inlinePairs(config, `knowledge.${key}.with.pairs`))
          yield documentOf(pair, key, config.language);
        if (config.path === undefined) return;
        const files = await folder.glob(config.path, signal);
        if (files.length === 0)
          throw new PolyphonError(
            'SRC8104',
            `No file fits '${config.path}'. Correct \`path:\` under \`knowledge.${key}\`.`,
          );
        // The parsers load with the first file.
        const { readPairs } = await import('./read-pairs.ts');
        for (const { path } of files) {
          for (const pair of readPairs(path, await folder.readText(path, { maxBytes }, signal)))
            yield documentOf(pair, path, config.language);
        }
      },
    };
  },
} satisfies Plugin<'source', typeof schema>;

/** @throws PolyphonError SRC8104; it names a pair by its place below `at`. */
function inlinePairs({ pairs = [] }: Config, at: string): readonly Pair[] {
  const placed = pairs.map((pair, index) => {
    const where = `${at}[${index}]`;
    return { pair: checkPair(pair, where), where };
  });
  refuseTwice(placed);
  return placed.map(({ pair }) => pair);
}

async function mistakesOfFiles(
  { path: pattern }: Config,
  folder: TenantFolder,
  signal: AbortSignal,
): Promise<readonly (Mistake | undefined)[]> {
  if (pattern === undefined) return [];
  const { readPairs } = await import('./read-pairs.ts');
  const mistakes: (Mistake | undefined)[] = [];
  for (const { path } of await folder.glob(pattern, signal)) {
    const text = await folder.readText(path, { maxBytes }, signal);
    mistakes.push(mistakeOf(() => readPairs(path, text), ['path']));
  }
  return mistakes;
}

function mistakeOf(read: () => unknown, at: Mistake['at']): Mistake | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof PolyphonError)) throw error;
    const { mistake = error.message, index } = error.data;
    const within = at[0] === 'pairs' && typeof index === 'number' ? [...at, index] : at;
    return { at: within, what: String(mistake), remedy: 'correct it: none of these pairs is read' };
  }
}
