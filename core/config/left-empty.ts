import type { Problem } from './problems.ts';
import { displayPath } from './source-text.ts';
import type { MapNode } from './tree.ts';

/** Keys of `over` with nothing written after them that take away what `base` holds there. `null` written out is meant. */
export function leftEmpty(base: MapNode, over: MapNode, above: readonly string[] = []): readonly Problem[] {
  return [...over.entries].flatMap(([name, { key, node }]): readonly Problem[] => {
    const below = base.entries.get(name);
    if (below === undefined || name.startsWith('x-')) return [];
    if (node.kind === 'map') {
      return below.node.kind === 'map' ? leftEmpty(below.node, node, [...above, name]) : [];
    }
    if (node.kind !== 'scalar' || node.value !== null || node.written !== '') return [];
    const { source, start } = below.key;
    const { line, column } = source.position(start);
    return [
      {
        severity: 'warning',
        code: 'BOT1044',
        place: key,
        summary: `"${[...above, name].join('.')}" is left empty, which takes away what it inherits`,
        detail:
          `write what belongs below it, or remove the key to keep what ${displayPath(source.path)}:${line}:${column} says; ` +
          `write \`${name}: null\` if it is meant to go`,
      },
    ];
  });
}
