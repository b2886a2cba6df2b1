import { safeUrl } from './safe-url.ts';
import type { Citation } from './wire.ts';

export interface CitedPlace {
  readonly title: string;
  readonly page: number | undefined;
  readonly url: string | undefined;
  readonly quotes: readonly string[];
}

/** One place for each page of a document, in the order in which the answer leans on them; its quotes together. */
export function placesOf(citations: readonly Citation[]): readonly CitedPlace[] {
  const places = new Map<string, CitedPlace>();
  for (const { source, document, page, title, url, quote } of citations) {
    const key = JSON.stringify([source, document, page]);
    const quotes = places.get(key)?.quotes ?? [];
    const more = quote.trim() === '' || quotes.includes(quote) ? quotes : [...quotes, quote];
    places.set(key, { title, page, url: url === undefined ? undefined : safeUrl(url), quotes: more });
  }
  return [...places.values()];
}
