import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, type InputFile, type LayerReader, type Layers } from './read-layers.ts';
import type { Place } from './source-text.ts';
import type { MapEntry, MapNode, Node } from './tree.ts';

/** Counts up with every change of the language that changes what merging gives. */
const format = 3;
const hashLength = 64;

/** Merged definitions on disk. References are still references in them, so no secret is. */
export interface DefinitionCache {
  /** What merging gave last time, if not one byte of its files has changed. */
  find(tenantId: string, own: readonly InputFile[]): Layers | undefined;
  keep(tenantId: string, layers: Layers, signal: AbortSignal): Promise<void>;
}

interface Stored {
  readonly format: number;
  /** Path and hash of every file that went in; templates by their name. */
  readonly files: readonly { readonly path: string; readonly hash: string; readonly template?: string }[];
  readonly root: StoredNode;
}
/** `[file, start, end, value, written?]`, `[file, start, end, [items]]`, `[file, start, end, { key: [file, start, end, node] }]` */
type StoredNode = readonly [
  file: number,
  start: number,
  end: number,
  kind: 's' | 'l' | 'm',
  content: unknown,
  written?: string,
];

export function openDefinitionCache(directory: string, reader: LayerReader): DefinitionCache {
  const fileOf = (tenantId: string) => join(directory, `${tenantId}.json`);
  let made: Promise<unknown> | undefined;
  return {
    find(tenantId, own) {
      const stored = readStored(fileOf(tenantId));
      if (stored === undefined) return undefined;
      const ownStored = stored.files.filter(({ template }) => template === undefined);
      const unchanged =
        ownStored.length === own.length &&
        own.every(
          ({ source, hash }, index) => ownStored[index]?.path === source.path && ownStored[index]?.hash === hash,
        );
      if (!unchanged) return undefined;
      const files: InputFile[] = [];
      for (const { path, hash, template } of stored.files) {
        const file =
          template === undefined ? own.find(({ source }) => source.path === path) : reader.readTemplate(template);
        if (file === undefined || 'problem' in file || file.hash !== hash) return undefined;
        files.push(file);
      }
      try {
        return { root: restore(stored.root, files) as MapNode, problems: [], files };
      } catch {
        return undefined;
      }
    },
    async keep(tenantId, layers, signal) {
      if (layers.root === undefined || layers.problems.length > 0) return;
      const index = new Map(layers.files.map(({ source }, at) => [source.path, at]));
      const stored: Stored = {
        format,
        files: layers.files.map(({ source, hash, template }) => ({
          path: source.path,
          hash,
          ...(template === undefined ? {} : { template }),
        })),
        root: store(layers.root, index),
      };
      made ??= mkdir(directory, { recursive: true });
      try {
        await made;
        const file = fileOf(tenantId);
        const content = JSON.stringify(stored);
        // Its own hash before it: a file that was cut short or edited is not taken for a definition.
        await writeFile(`${file}.new`, `${hashOf(content)}\n${content}`, { mode: 0o600, signal });
        await rename(`${file}.new`, file);
      } catch {
        // A cache that cannot be written costs time at the next start, nothing else.
        signal.throwIfAborted();
      }
    },
  };
}

function readStored(file: string): Stored | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const content = text.slice(hashLength + 1);
    if (text.slice(0, hashLength) !== hashOf(content)) return undefined;
    const stored = JSON.parse(content) as Stored;
    return stored.format === format ? stored : undefined;
  } catch {
    return undefined;
  }
}

function store(node: Node, files: ReadonlyMap<string, number>): StoredNode {
  const { source, start, end } = node.place;
  const file = files.get(source.path) ?? 0;
  switch (node.kind) {
    case 'scalar':
      return node.written === String(node.value)
        ? [file, start, end, 's', node.value]
        : [file, start, end, 's', node.value, node.written];
    case 'list':
      return [file, start, end, 'l', node.items.map((item) => store(item, files))];
    case 'map':
      return [
        file,
        start,
        end,
        'm',
        [...node.entries].map(([name, { key, node: inner }]) => [
          name,
          files.get(key.source.path) ?? 0,
          key.start,
          key.end,
          store(inner, files),
        ]),
      ];
    default:
      return node satisfies never;
  }
}

function restore([file, start, end, kind, content, written]: StoredNode, files: readonly InputFile[]): Node {
  const place = placeIn(files, file, start, end);
  if (kind === 's') {
    const value = content as string | number | boolean | null;
    return { kind: 'scalar', value, written: written ?? String(value), place };
  }
  if (kind === 'l')
    return { kind: 'list', items: (content as StoredNode[]).map((item) => restore(item, files)), place };
  const entries = new Map<string, MapEntry>();
  for (const [name, keyFile, keyStart, keyEnd, inner] of content as [string, number, number, number, StoredNode][]) {
    entries.set(name, { key: placeIn(files, keyFile, keyStart, keyEnd), node: restore(inner, files) });
  }
  return { kind: 'map', entries, place };
}

function placeIn(files: readonly InputFile[], file: number, start: number, end: number): Place {
  const found = files[file];
  if (found === undefined) throw new RangeError('a file of a kept definition is missing');
  return { source: found.source, start, end };
}
