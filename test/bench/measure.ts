/** One line of the table: what was measured, and the figure that is wanted. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be; absent where the figure is only reported. */
  readonly goal?: { readonly op: '<=' | '>='; readonly value: number };
}

export interface Bench {
  readonly name: string;
  /** `sizes`: numbers that were given after its name, for a shorter or a longer run. */
  run(sizes?: readonly string[]): Promise<readonly Figure[]>;
}

/** The `share` quantile of the samples, as 0.95. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/**
 * Resident memory in MB when all garbage is gone and the pages are given back: V8 by itself keeps free pages for later, which would
 * count what the process once needed, not what it needs. Needs `--expose-gc`.
 */
export async function residentMb(): Promise<number> {
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return process.memoryUsage.rss() / 1e6;
}

export function met(figure: Figure): boolean | undefined {
  if (figure.goal === undefined) return undefined;
  return figure.goal.op === '<=' ? figure.value <= figure.goal.value : figure.value >= figure.goal.value;
}
