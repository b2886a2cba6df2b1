import { describe, expect, it } from 'vitest';
import { rank } from '../../../plugins/retrieval/hnsw/rank.ts';

describe('fusion', () => {
  const candidate = (label: number, lexical: number, cosine: number) => ({
    label,
    lexical,
    cosine,
    coverage: 0.5,
    evidence: 0.5,
  });

  it('lets either search decide where the other has no opinion, and weighs them where both have', () => {
    const order = (weight: number, ...all: ReturnType<typeof candidate>[]) =>
      rank(all, weight).map(({ label }) => label);
    expect(order(0.1, candidate(1, 5, 0.1), candidate(2, 5, 0.9))).toEqual([2, 1]);
    expect(order(0.1, candidate(1, 9, 0.5), candidate(2, 3, 0.5))).toEqual([1, 2]);
    expect(order(0.1, candidate(1, 9, 0.1), candidate(2, 6, 0.9))).toEqual([1, 2]);
    expect(order(0.7, candidate(1, 9, 0.1), candidate(2, 6, 0.9))).toEqual([2, 1]);
  });

  it('keeps every share and score between 0 and 1, with no candidate lost', () => {
    const ranked = rank(
      [
        candidate(1, 0, -0.4),
        { label: 2, lexical: 0, coverage: 0, evidence: 0 },
        { label: 3, lexical: 80, coverage: 1, evidence: 1, cosine: 1 },
      ],
      0.1,
    );
    expect(ranked).toHaveLength(3);
    for (const { fused, score } of ranked) {
      for (const value of [fused, score]) expect(value >= 0 && value <= 1).toBe(true);
    }
  });
});
