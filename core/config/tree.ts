import type { Place } from './source-text.ts';

/** YAML after parsing and merging: every node and every key knows the file it came from. */
export type Node = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, for a number or a word where text is meant. */
  readonly written: string;
  readonly place: Place;
}
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly place: Place;
}
export interface MapEntry {
  /** Where the key is written. */
  readonly key: Place;
  readonly node: Node;
}
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly place: Place;
}

export type Path = readonly (string | number)[];

/** The node at `path`; undefined when there is none. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const part of path) {
    if (node?.kind === 'map') node = node.entries.get(String(part))?.node;
    else if (node?.kind === 'list') node = node.items[Number(part)];
    else return undefined;
  }
  return node;
}

/** Where the value at `path` is written, or the nearest value around it. */
export function placeAt(root: Node, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node.place;
  }
  return root.place;
}

/** Where the key of `path` is written, or of the nearest value around it; for a list's entry or the root, where that begins. */
export function keyPlaceAt(root: Node, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(root, path.slice(0, length - 1));
    const part = path[length - 1] ?? '';
    if (parent?.kind === 'map') {
      const entry = parent.entries.get(String(part));
      if (entry !== undefined) return entry.key;
    } else if (parent?.kind === 'list') {
      const item = parent.items[Number(part)];
      if (item !== undefined) return beginningOf(item.place);
    }
  }
  return beginningOf(root.place);
}

function beginningOf(place: Place): Place {
  return { ...place, end: Math.min(place.end, place.start + 1) };
}

/** The plain value, with nothing resolved. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toValue);
    case 'map': {
      const map: Record<string, unknown> = {};
      for (const [key, entry] of node.entries) map[key] = toValue(entry.node);
      return map;
    }
    default:
      return node satisfies never;
  }
}

export function sameValue(a: Node | undefined, b: Node | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.value === b.value;
  if (a.kind === 'list') {
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => sameValue(item, b.items[index]))
    );
  }
  if (b.kind !== 'map' || a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, entry]) => sameValue(entry.node, b.entries.get(key)?.node));
}
