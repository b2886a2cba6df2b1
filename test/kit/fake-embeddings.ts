import { type FakeService, type FakeServiceFailure, startFakeService } from './fake-service.ts';

/** A service that speaks OpenAI's `/embeddings` and Ollama's `/api/embed`. */
export type FakeEmbeddings = FakeService<FakeEmbeddingRequest>;

export interface FakeEmbeddingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions: number | undefined;
}

export interface FakeEmbeddingsOptions {
  /** The only key that is accepted; `none` accepts requests without one. */
  readonly apiKey?: string;
  /** Dimensions by model. */
  readonly models?: Readonly<Record<string, number>>;
  /** Texts in one request. */
  readonly maxInputs?: number;
  /** Words that mean the same as another: their vectors are that one's. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

export async function startFakeEmbeddings(options: FakeEmbeddingsOptions = {}): Promise<FakeEmbeddings> {
  const { apiKey = 'sk-test', models = { 'text-embedding-3-small': 1536 }, maxInputs = 2048, synonyms = {} } = options;
  const refusalOf = ({ path, headers, ...asked }: FakeEmbeddingRequest): FakeServiceFailure | undefined => {
    const isOllama = path === '/api/embed';
    if (!isOllama && !path.endsWith('/embeddings')) return { status: 404, code: 'unknown_url' };
    if (!isOllama && apiKey !== 'none' && headers['authorization'] !== `Bearer ${apiKey}`)
      return { status: 401, code: 'invalid_api_key' };
    const size = models[asked.model];
    if (size === undefined) return { status: 404, code: 'model_not_found' };
    if (asked.input.length === 0 || asked.input.length > maxInputs || asked.input.includes(''))
      return { status: 400, code: 'invalid_input' };
    return (asked.dimensions ?? 0) > size ? { status: 400, code: 'invalid_dimensions' } : undefined;
  };
  return startFakeService({
    read: (incoming, body) => ({ path: incoming.url ?? '/', headers: incoming.headers, ...askedIn(body) }),
    refusalOf,
    error: (code = 'error') => ({ error: { message: 'Refused.', code } }),
    answer: ({ path, model, input, dimensions }) => {
      const vectors = input.map((text) => fakeVector(meant(text, synonyms), dimensions ?? models[model] ?? 0));
      if (path === '/api/embed') return { model, embeddings: vectors };
      return {
        object: 'list',
        model,
        data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
        usage: { prompt_tokens: 1, total_tokens: 1 },
      };
    },
  });
}

/** Words as directions, twice as long as a vector of unit length: texts with words in common are near each other. */
export function fakeVector(text: string, dimensions: number): readonly number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    let hash = 7;
    for (const letter of word) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
    vector[hash % dimensions] = (vector[hash % dimensions] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => (2 * value) / length);
}

function meant(text: string, synonyms: Readonly<Record<string, string>>): string {
  return text.toLowerCase().replace(/[\p{L}\p{N}]+/gu, (word) => synonyms[word] ?? word);
}

interface Asked {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions: number | undefined;
}

function askedIn(text: string): Asked {
  const body = JSON.parse(text === '' ? '{}' : text) as {
    model?: string;
    input?: string | string[];
    dimensions?: number;
  };
  const input = typeof body.input === 'string' ? [body.input] : (body.input ?? []);
  return { model: body.model ?? '', input, dimensions: body.dimensions };
}
