import type { GoneTerms, StoredChunk } from '../store/knowledge-repository.ts';
import { gramKey, wordKey } from './term-keys.ts';
import { type Terms, termsOf } from './terms.ts';

/** What a passage is found by: its own text under the names of what it stands in. */
export function indexedText(title: string, headings: readonly string[], text: string): string {
  const above = headings[0] === title ? headings : [title, ...headings];
  return [...above, text].join('\n');
}

export function countTerms(terms: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

export function chunkTerms(chunk: Pick<StoredChunk, 'title' | 'headings' | 'text' | 'language'>): Terms {
  return termsOf(indexedText(chunk.title, chunk.headings, chunk.text), chunk.language ?? 'und');
}

/** The keys under which the entries of these chunks stand. */
export function goneTerms(chunks: readonly StoredChunk[]): GoneTerms {
  const keys = new Set<string>();
  for (const chunk of chunks) {
    const { words, grams } = chunkTerms(chunk);
    for (const word of words) keys.add(wordKey(word));
    for (const gram of grams) keys.add(gramKey(gram));
  }
  return { labels: chunks.map((chunk) => chunk.label), terms: keys };
}
