import { malformed, type Pair } from './pair.ts';

/** A pair and where it stands, as in `knowledge/faq.yaml, line 7`. */
export interface PlacedPair {
  readonly pair: Pair;
  readonly where: string;
}

/**
 * Two answers to one question: search would find either. Ways to ask count too, in whatever letters.
 * @throws PolyphonError SRC8104.
 */
export function refuseTwice(pairs: readonly PlacedPair[]): void {
  const seen = new Map<string, PlacedPair>();
  for (const [index, placed] of pairs.entries()) {
    for (const question of placed.pair.questions) {
      const key = question.toLowerCase();
      const other = seen.get(key);
      if (other !== undefined && other !== placed)
        throw malformed(placed.where, `the question '${question.slice(0, 80)}' stands twice, first at ${other.where}`, {
          index,
        });
      seen.set(key, placed);
    }
  }
}
