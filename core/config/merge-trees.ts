import type { Problem } from './problems.ts';
import { displayPath, type Place } from './source-text.ts';
import { type MapEntry, type MapNode, type Node, nodeAt, type Path, sameValue } from './tree.ts';

/** A path that a template does not let others change. */
export interface Lock {
  readonly path: Path;
  readonly place: Place;
}

/** Maps merge deep, lists and scalars replace, `null` deletes. */
export function mergeTrees(base: MapNode | undefined, over: MapNode): MapNode {
  const entries = new Map<string, MapEntry>(base?.entries);
  for (const [key, entry] of over.entries) {
    const { node } = entry;
    if (node.kind === 'scalar' && node.value === null) entries.delete(key);
    else if (node.kind === 'map') {
      const below = entries.get(key)?.node;
      entries.set(key, { key: entry.key, node: mergeTrees(below?.kind === 'map' ? below : undefined, node) });
    } else entries.set(key, entry);
  }
  return { kind: 'map', entries, place: over.place };
}

/** What `over` changes of `base` although it is locked. */
export function lockProblems(
  base: MapNode,
  over: MapNode,
  merged: MapNode,
  locks: readonly Lock[],
): readonly Problem[] {
  return locks
    .filter(({ path }) => !sameValue(nodeAt(base, path), nodeAt(merged, path)))
    .map(({ path, place }) => {
      const { line, column } = place.source.position(place.start);
      return {
        severity: 'error',
        code: 'BOT1017',
        place: changeOf(base, over, path),
        summary: `"${path.join('.')}" is locked by a template`,
        detail: `remove it here; ${displayPath(place.source.path)}:${line}:${column} locks it`,
      } as const;
    });
}

/** The key in `over` that changes the value at `path`: the deepest one on the way to it, or the first below it that differs. */
function changeOf(base: Node, over: MapNode, path: Path): Place {
  let place = over.place;
  let node: Node = over;
  for (const part of path) {
    const entry: MapEntry | undefined = node.kind === 'map' ? node.entries.get(String(part)) : undefined;
    if (entry === undefined) return place;
    place = entry.key;
    node = entry.node;
  }
  let below = nodeAt(base, path);
  while (node.kind === 'map' && below?.kind === 'map') {
    const inner: MapNode = below;
    const changed = [...node.entries].find(([key, entry]) => !sameValue(inner.entries.get(key)?.node, entry.node));
    if (changed === undefined) return place;
    place = changed[1].key;
    node = changed[1].node;
    below = inner.entries.get(changed[0])?.node;
  }
  return place;
}
