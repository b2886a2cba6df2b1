import type { IncomingMessage } from 'node:http';
import { type FakeService, startFakeService } from './fake-service.ts';
import { jsonIn } from './listening-server.ts';

/**
 * A service that judges passages: Cohere's `/v2/rerank`, what Jina, vLLM and llama.cpp serve as `/v1/rerank`, and `/rerank` of Text
 * Embeddings Inference. A body that is none of the documented ones is refused.
 */
export type FakeReranker = FakeService<FakeRerankRequest>;

export interface FakeRerankRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

export interface FakeRerankerOptions {
  /** The only key that is accepted; `none` accepts requests without one. */
  readonly apiKey?: string;
  /** Those that are known; `none` stands for a server with one model, which looks at no name. */
  readonly models?: readonly string[] | 'none';
  /** In one request. Text Embeddings Inference takes 32 unless told. */
  readonly maxPassages?: number;
  /** Higher is better; unless told, the share of the question's words that the passage has. */
  readonly judge?: (question: string, passage: string) => number;
  /** LocalAI answers in the order in which it was asked, and does not heed `top_n`. */
  readonly order?: 'by-score' | 'as-asked';
}

/** The fields of a request: `!` must be there. */
const fields = {
  cohere: { model: 'text', query: 'text!', documents: 'texts!', top_n: 'count', max_tokens_per_doc: 'count' },
  tei: {
    query: 'text!',
    texts: 'texts!',
    truncate: 'flag',
    truncation_direction: 'text',
    raw_scores: 'flag',
    return_text: 'flag',
  },
} as const;
type FieldType = 'text' | 'text!' | 'texts!' | 'count' | 'flag';

export async function startFakeReranker(options: FakeRerankerOptions = {}): Promise<FakeReranker> {
  const { apiKey = 'rk-test', models = ['rerank-v3.5'], maxPassages = 1000, judge = sharedWords } = options;
  const refusalOf = (incoming: IncomingMessage, path: string, body: unknown): number | undefined => {
    const format = formatAt(path);
    if (format === undefined) return 404;
    if (incoming.method !== 'POST') return 405;
    if (apiKey !== 'none' && incoming.headers.authorization !== `Bearer ${apiKey}`) return 401;
    if (!/^application\/json\b/.test(incoming.headers['content-type'] ?? '')) return 415;
    if (!isAsDocumented(body, fields[format])) return format === 'tei' ? 422 : 400;
    return passagesIn(body).length > maxPassages ? 413 : modelRefusal(format, body);
  };
  const modelRefusal = (format: keyof typeof fields, body: unknown): number | undefined => {
    const { model, top_n: topN } = body as { model?: string; top_n?: number };
    if (format === 'cohere' && models !== 'none' && !models.includes(model ?? ''))
      return model === undefined ? 400 : 404;
    return topN === 0 ? 400 : undefined;
  };

  return startFakeService({
    read: (incoming, body) => ({ path: incoming.url ?? '/', headers: incoming.headers, body: jsonIn(body) }),
    refusalOf: ({ path, body }, incoming) => {
      const status = refusalOf(incoming, path, body);
      return status === undefined ? undefined : { status };
    },
    error: () => ({ message: 'Refused.' }),
    answer: ({ path, body }) => {
      const { query, top_n: topN } = body as { query: string; top_n?: number };
      const scored = passagesIn(body).map((text, index) => ({ index, score: judge(query, text) }));
      const sorted = options.order === 'as-asked' ? scored : scored.toSorted((a, b) => b.score - a.score);
      if (formatAt(path) === 'tei') return sorted;
      const best = options.order === 'as-asked' ? sorted : sorted.slice(0, topN);
      const results = best.map(({ index, score }) => ({ index, relevance_score: score }));
      return { id: 'rerank-1', results, meta: { api_version: { version: '2' } } };
    },
  });
}

function formatAt(path: string): keyof typeof fields | undefined {
  if (path === '/v1/rerank' || path === '/v2/rerank') return 'cohere';
  return path === '/rerank' ? 'tei' : undefined;
}

function isAsDocumented(body: unknown, known: Readonly<Record<string, FieldType>>): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const told = body as Readonly<Record<string, unknown>>;
  if (Object.keys(told).some((name) => !(name in known))) return false;
  return Object.entries(known).every(([name, type]) => {
    const value = told[name];
    if (value === undefined) return !type.endsWith('!');
    switch (type) {
      case 'text':
      case 'text!':
        return typeof value === 'string' && value !== '';
      case 'texts!':
        return (
          Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string' && text !== '')
        );
      case 'count':
        return Number.isInteger(value) && Number(value) >= 0;
      case 'flag':
        return typeof value === 'boolean';
      default:
        return type satisfies never;
    }
  });
}

function passagesIn(body: unknown): readonly string[] {
  const { documents, texts } = body as { documents?: readonly string[]; texts?: readonly string[] };
  return documents ?? texts ?? [];
}

function sharedWords(question: string, passage: string): number {
  const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const [asked, there] = [wordsOf(question), wordsOf(passage)];
  return [...asked].filter((word) => there.has(word)).length / Math.max(1, asked.size);
}
