import { mapOf, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { keyPlaceAt, type Node, type Path, placeAt } from './tree.ts';
import { parseMoney } from './units.ts';

const budgetPath: Path = ['llm', 'budget'];

/** What a schema cannot say of prices and of the budget that counts by them. */
export function budgetProblems(tree: Node, value: unknown): readonly Problem[] {
  const llm = mapOf(mapOf(value)?.['llm']);
  if (llm === undefined) return [];
  const fallback = Array.isArray(llm['fallback']) ? llm['fallback'] : [];
  const models: readonly Path[] = [['llm'], ...fallback.map((_use, index) => ['llm', 'fallback', index])];
  return [...currencyProblems(tree, value, models), ...uncounted(tree, value, models)];
}

function currencyProblems(tree: Node, value: unknown, models: readonly Path[]): readonly Problem[] {
  const amounts = [
    ...models.flatMap((path) => [
      [...path, 'price', 'input'],
      [...path, 'price', 'output'],
    ]),
    [...budgetPath, 'perDay'],
    [...budgetPath, 'perConversation'],
  ];
  let first: string | undefined;
  return amounts.flatMap((path): readonly Problem[] => {
    const text = valueAt(value, path);
    const currency = typeof text === 'string' ? parseMoney(text)?.currency : undefined;
    first ??= currency;
    if (currency === undefined || currency === first) return [];
    return [
      {
        severity: 'error',
        code: 'BOT1039',
        place: placeAt(tree, path),
        summary: `${currency} stands here, and ${first} before`,
        detail: 'write prices and budget in one currency; nothing here knows what one is worth in another',
      },
    ];
  });
}

/** A limit that a model can pass unseen. The offline model asks nobody and costs nothing. */
function uncounted(tree: Node, value: unknown, models: readonly Path[]): readonly Problem[] {
  const budget = mapOf(valueAt(value, budgetPath));
  if (budget?.['perDay'] === undefined && budget?.['perConversation'] === undefined) return [];
  return models.flatMap((path): readonly Problem[] => {
    const use = mapOf(valueAt(value, path));
    const name = use?.['use'];
    if (typeof name !== 'string' || name === 'offline' || use?.['price'] !== undefined) return [];
    return [
      {
        severity: 'warning',
        code: 'BOT1037',
        place: keyPlaceAt(tree, [...path, 'use']),
        summary: `the budget does not count what ${name} costs`,
        detail: 'add the price of a million tokens: `price: { input: 0.40 EUR, output: 1.60 EUR }`',
      },
    ];
  });
}
