import type { UsageRow } from '../store/usage.ts';

/** What one model took. */
export interface ModelStatistics {
  readonly model: string;
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** By the prices when it was used, one for each currency; empty where it had none. */
  readonly cost: readonly { readonly amount: number; readonly currency: string }[];
}

/** By model, what took most tokens first. */
export function modelStatistics(usage: readonly UsageRow[]): readonly ModelStatistics[] {
  return [...Map.groupBy(usage, ({ model }) => model)]
    .map(([model, rows]): ModelStatistics => {
      const priced = Map.groupBy(
        rows.filter(({ currency }) => currency !== ''),
        ({ currency }) => currency,
      );
      return {
        model,
        turns: sum(rows.map(({ turns }) => turns)),
        inputTokens: sum(rows.map(({ inputTokens }) => inputTokens)),
        outputTokens: sum(rows.map(({ outputTokens }) => outputTokens)),
        cost: [...priced].map(([currency, of]) => ({
          amount: Math.round(sum(of.map(({ cost }) => cost)) * 1e6) / 1e6,
          currency,
        })),
      };
    })
    .toSorted((one, other) => other.inputTokens + other.outputTokens - one.inputTokens - one.outputTokens);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
