import type { Passage, Retrieval, RetrievalQuery } from '../../contract/index.ts';

/** Each is a whole search. */
const maxTexts = 3;

/** The best passages of several searches, as many as the one that found most; a passage that two found counts with its better score. */
export async function searchAll(
  retrieval: Retrieval,
  texts: readonly string[],
  query: Omit<RetrievalQuery, 'text'>,
  signal: AbortSignal,
): Promise<readonly Passage[]> {
  const found: (readonly Passage[])[] = [];
  for (const text of texts.slice(0, maxTexts)) found.push(await retrieval.search({ ...query, text }, signal));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const best = new Map<string, Passage>();
  for (const passage of found.flat()) {
    if ((best.get(passage.chunk)?.score ?? -1) < passage.score) best.set(passage.chunk, passage);
  }
  const most = Math.max(0, ...found.map(({ length }) => length));
  return [...best.values()].toSorted((left, right) => right.score - left.score).slice(0, most);
}
