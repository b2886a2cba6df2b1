import type { Passage } from '../contract/index.ts';

/** Another document takes a place only with a passage that is at least such a share as good as the one that goes. */
const asGood = 0.6;

/**
 * The first `limit`, but no more than `perDocument` of one document where others are about as good; in the order they came in. Rows of
 * a table count for themselves: each is a record of its own, though they share a file.
 */
export function diverse(
  ranked: readonly Passage[],
  { limit, perDocument }: { readonly limit: number; readonly perDocument: number },
): readonly Passage[] {
  const counts = new Map<string, number>();
  const takesPlace = (passage: Passage): 'free' | 'full' => {
    if (passage.row !== undefined) return 'free';
    const document = `${passage.source}\0${passage.document}`;
    const count = counts.get(document) ?? 0;
    if (count >= perDocument) return 'full';
    counts.set(document, count + 1);
    return 'free';
  };
  const kept = new Set<Passage>();
  /** Those too many of their documents, the best first. */
  const spare: Passage[] = [];
  for (const passage of ranked.slice(0, limit)) {
    kept.add(passage);
    if (takesPlace(passage) === 'full') spare.push(passage);
  }
  for (const passage of ranked.slice(limit)) {
    const worst = spare.at(-1);
    // Scores fall with the order: what comes now is not better.
    if (worst === undefined || passage.score < asGood * worst.score) break;
    if (takesPlace(passage) === 'full') continue;
    kept.delete(worst);
    kept.add(passage);
    spare.pop();
  }
  return ranked.filter((passage) => kept.has(passage));
}
