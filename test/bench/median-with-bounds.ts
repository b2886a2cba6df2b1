/**
 * The median, and between which samples the true one lies with 95 % confidence, whatever the samples are spread like: how many of n lie
 * below it is a coin thrown n times. With fewer than six samples nothing is known.
 */
export function medianWithBounds(samples: readonly number[]): {
  readonly median: number;
  readonly low: number;
  readonly high: number;
} {
  const sorted = samples.toSorted((one, other) => one - other);
  const count = sorted.length;
  const median = ((sorted[(count - 1) >> 1] ?? Number.NaN) + (sorted[count >> 1] ?? Number.NaN)) / 2;
  let below = 0;
  let chance = 0.5 ** count;
  // So many samples may be left out at each end that the rest still holds the median in 95 of 100 cases.
  for (let sum = chance; sum <= 0.025; below += 1) {
    chance *= (count - below) / (below + 1);
    sum += chance;
  }
  if (below === 0) return { median, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { median, low: sorted[below - 1] ?? Number.NaN, high: sorted[count - below] ?? Number.NaN };
}
