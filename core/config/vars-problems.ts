import type { Problem } from './problems.ts';
import { type Node, nodeAt } from './tree.ts';

/**
 * Values of `vars` that texts would not say as they are written: `+4930…` loses its plus, `0123` its zero, `4.50` its cents. A
 * number that stays as it is may stand bare.
 */
export function varsProblems(tree: Node): readonly Problem[] {
  const vars = nodeAt(tree, ['vars']);
  return vars === undefined ? [] : changedScalars(vars);
}

function changedScalars(node: Node): readonly Problem[] {
  switch (node.kind) {
    case 'list':
      return node.items.flatMap(changedScalars);
    case 'map':
      return [...node.entries].flatMap(([key, { node: value }]) => (key.startsWith('x-') ? [] : changedScalars(value)));
    case 'scalar': {
      const { value, written, place } = node;
      // Quotes mean that a tag such as !!int made it a number: that was on purpose.
      const asWritten = typeof value === 'string' || value === null || /^["']/.test(written);
      if (asWritten || String(value) === written) return [];
      const kind = typeof value === 'number' ? 'number' : 'word';
      return [
        {
          severity: 'error',
          code: 'BOT1010',
          place,
          summary: `a bare ${kind} stands where text is meant: people would read ${String(value)}`,
          detail: 'quote it, so that it stays as it is written',
          suggestion: `"${written}"`,
        },
      ];
    }
    default:
      return node satisfies never;
  }
}
