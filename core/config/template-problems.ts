import { valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { placeInScalar } from './scalar-place.ts';
import type { TextChecker } from './text-checker.ts';
import { type Node, nodeAt, type Path, placeAt } from './tree.ts';

/** What is wrong with the templates in the settings of plugins; which names they may use is the plugin's affair. */
export function templateProblems(
  tree: Node,
  value: unknown,
  paths: readonly Path[],
  { checker, unresolved }: { readonly checker: TextChecker; unresolved(path: Path): boolean },
): readonly Problem[] {
  return paths.flatMap((path) => {
    const template = valueAt(value, path);
    if (typeof template !== 'string' || unresolved(path)) return [];
    const node = nodeAt(tree, path);
    return checker.form(template).map(({ start, end, of, ...problem }) => {
      const written = node?.kind === 'scalar' && node.value === template && of !== 'text';
      return { ...problem, place: written ? placeInScalar(node, start, end) : placeAt(tree, path) };
    });
  });
}
