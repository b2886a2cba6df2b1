import type { PluginKind } from '../contract/index.ts';
import type { Path } from './tree.ts';

/** One place in a definition where a plugin is named. */
export interface PluginPlace {
  readonly kind: PluginKind;
  readonly path: Path;
}

type Maybe = Readonly<Record<string, unknown>> | undefined;

/** Every `use:` of a definition, whatever its state: values of the wrong type are left out. */
export function pluginPlaces(definition: unknown): readonly PluginPlace[] {
  const root = mapOf(definition);
  const llm = mapOf(root?.['llm']);
  const retrieval = mapOf(root?.['retrieval']);
  const places: PluginPlace[] = [];
  const add = (kind: PluginKind, value: unknown, path: Path) => {
    if (typeof mapOf(value)?.['use'] === 'string') places.push({ kind, path });
  };
  add('model', llm, ['llm']);
  const fallback = llm?.['fallback'];
  if (Array.isArray(fallback)) {
    for (const [index, value] of fallback.entries()) add('model', value, ['llm', 'fallback', index]);
  }
  for (const [key, value] of entriesOf(root?.['voices'])) {
    add('textToSpeech', value, ['voices', key]);
    add('textToSpeech', mapOf(value)?.['fallback'], ['voices', key, 'fallback']);
  }
  for (const [key, value] of entriesOf(root?.['knowledge'])) add('source', value, ['knowledge', key]);
  add('retrieval', retrieval, ['retrieval']);
  add('reranker', retrieval?.['rerank'], ['retrieval', 'rerank']);
  add('embedding', retrieval?.['embedding'], ['retrieval', 'embedding']);
  for (const [key, value] of entriesOf(root?.['tools'])) add('tool', value, ['tools', key]);
  for (const [key, value] of entriesOf(root?.['channels'])) {
    add('channel', value, ['channels', key]);
    add('speechToText', mapOf(mapOf(value)?.['voice'])?.['stt'], ['channels', key, 'voice', 'stt']);
  }
  return places;
}

/** Keys of channels that are written `enabled: false`. */
export function disabledChannels(definition: unknown): ReadonlySet<string> {
  const channels = entriesOf(mapOf(definition)?.['channels']);
  return new Set(
    channels.filter(([, value]) => [false, 'false'].includes(mapOf(value)?.['enabled'] as string)).map(([key]) => key),
  );
}

export function mapOf(value: unknown): Maybe {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Maybe) : undefined;
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return Object.entries(mapOf(value) ?? {}).filter(([key]) => !key.startsWith('x-'));
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[part];
  }
  return current;
}

/** Replaces what stands at `path`, in place; nothing happens where the way there does not exist. */
export function putAt(value: unknown, path: Path, put: unknown): void {
  const parent = valueAt(value, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof parent === 'object' && parent !== null && last !== undefined) {
    (parent as Record<string | number, unknown>)[last] = put;
  }
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((part, index) => String(path[index]) === String(part));
}
