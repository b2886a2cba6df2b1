/**
 * The order is the better judge of what stands first, and the score of whether anything does: a passage counts for no less than any
 * that it stands before. So the best score, by which a question is answered or not, stays as it is, and the scores fall with the order.
 */
export function fallingScores<Each extends { readonly score: number }>(ranked: readonly Each[]): readonly Each[] {
  let best = 0;
  return ranked
    .toReversed()
    .map((each) => {
      best = Math.max(best, each.score);
      return { ...each, score: best };
    })
    .reverse();
}
