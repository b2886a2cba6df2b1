import { requiredPrompts } from './default-texts.ts';
import { nearest } from './nearest.ts';
import { mapOf, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { keyPlaceAt, type Node, nodeAt, type Path, placeAt } from './tree.ts';
import { parseDuration } from './units.ts';

/** What a definition asks for and this version does not do. Better said before a client relies on it. */
export function withoutEffect(tree: Node, value: unknown): readonly Problem[] {
  return [...unconfirmedTools(tree, value), ...unsaidPrompts(tree, value), ...lateFirstToken(tree, value)];
}

function unconfirmedTools(tree: Node, value: unknown): readonly Problem[] {
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

/** A first word that may come later than the whole answer: the deadline for it never passes. */
function lateFirstToken(tree: Node, value: unknown): readonly Problem[] {
  const path = ['llm', 'deadline', 'firstToken'];
  const [first, total] = [path, ['llm', 'deadline', 'total']].map((each) => {
    const written = valueAt(value, each);
    return typeof written === 'string' ? parseDuration(written) : undefined;
  });
  if (first === undefined || total === undefined || first <= total || nodeAt(tree, path) === undefined) return [];
  return [
    withoutEffectAt(tree, path, {
      summary: 'the first word may come later than the whole answer: this deadline never passes',
      detail: 'write less than `total`, or a longer `total`',
    }),
  ];
}

/** A prompt whose name is nearly one that the bot says by itself. A name of one's own is as good as any, but not this one. */
function unsaidPrompts(tree: Node, value: unknown): readonly Problem[] {
  const channels = Object.keys(mapOf(mapOf(value)?.['channels']) ?? {});
  const places: readonly Path[] = [['prompts'], ...channels.map((key) => ['channels', key, 'override', 'prompts'])];
  return places.flatMap((path) =>
    Object.keys(mapOf(valueAt(value, path)) ?? {}).flatMap((name): readonly Problem[] => {
      const near = name.startsWith('x-') ? undefined : nearest(name, requiredPrompts);
      if (near === undefined || near === name) return [];
      return [
        {
          severity: 'warning',
          code: 'BOT1040',
          place: keyPlaceAt(tree, [...path, name]),
          summary: `the bot says \`${near}\` by itself, and nothing named "${name}"`,
          detail: `rename it; a text of your own that something names with \`say:\` needs a name that is less like "${near}"`,
          suggestion: near,
        },
      ];
    }),
  );
}

export function withoutEffectAt(
  tree: Node,
  path: Path,
  words: { readonly summary: string; readonly detail: string },
): Problem {
  return { severity: 'warning', code: 'BOT1040', place: placeAt(tree, path), ...words };
}
