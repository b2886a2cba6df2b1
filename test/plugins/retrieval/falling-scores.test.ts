import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fallingScores } from '../../../plugins/retrieval/hnsw/falling-scores.ts';

it('gives scores that fall with the order, and keeps the order and the best score', () => {
  expect(fallingScores([1, 0.96, 0.57, 0.87, 0.2].map((score) => ({ score })))).toEqual(
    [1, 0.96, 0.87, 0.87, 0.2].map((score) => ({ score })),
  );
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (scores) => {
      const given = scores.map((score, place) => ({ place, score }));
      const fallen = fallingScores(given);
      expect(fallen.map(({ place }) => place)).toEqual(given.map(({ place }) => place));
      expect(fallen.map(({ score }) => score)).toEqual(fallen.map(({ score }) => score).toSorted((a, b) => b - a));
      expect(Math.max(0, ...fallen.map(({ score }) => score))).toBe(Math.max(0, ...scores));
    }),
  );
});
