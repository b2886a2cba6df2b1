import { mapOf } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { type Node, type Path, placeAt } from './tree.ts';

/** What a definition asks for and this version does not do. Better said before a client relies on it. */
export function withoutEffect(tree: Node, value: unknown): readonly Problem[] {
  return Object.entries(mapOf(mapOf(value)?.['tools']) ?? {}).flatMap(([key, tool]) =>
    mapOf(tool)?.['confirm'] === 'always'
      ? [
          withoutEffectAt(tree, ['tools', key, 'confirm'], {
            summary: `the bot never uses \`tools.${key}\`: this version cannot ask the contact first`,
            detail: 'write `confirm: never` where the tool may run without asking, or leave it to an operator',
          }),
        ]
      : [],
  );
}

export function withoutEffectAt(
  tree: Node,
  path: Path,
  words: { readonly summary: string; readonly detail: string },
): Problem {
  return { severity: 'warning', code: 'BOT1040', place: placeAt(tree, path), ...words };
}
