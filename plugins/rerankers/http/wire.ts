import type { RerankScore } from 'polyphon/plugin';

export type Format = 'cohere' | 'tei';

/** The body of a request. All scores are asked for: what is best is decided elsewhere. */
export function requestOf(
  format: Format,
  {
    model,
    question,
    passages,
  }: { readonly model: string | undefined; readonly question: string; readonly passages: readonly string[] },
): object {
  const named = model === undefined ? {} : { model };
  switch (format) {
    case 'cohere':
      return { ...named, query: question, documents: passages, top_n: passages.length };
    case 'tei':
      // Without it one long passage fails all of them.
      return { query: question, texts: passages, truncate: true };
    default:
      return format satisfies never;
  }
}

/** Undefined where the answer is none of the format. Some servers sort it and some do not; some leave the worst out. */
export function scoresOf(format: Format, answer: unknown): readonly RerankScore[] | undefined {
  const list = format === 'tei' ? answer : field(answer, 'results');
  if (!Array.isArray(list)) return undefined;
  const name = format === 'tei' ? 'score' : 'relevance_score';
  const scores: RerankScore[] = [];
  for (const each of list) {
    const index = field(each, 'index');
    const score = field(each, name);
    if (typeof index !== 'number' || typeof score !== 'number') return undefined;
    scores.push({ index, score });
  }
  return scores;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
