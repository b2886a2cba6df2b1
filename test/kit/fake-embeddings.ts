import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen, readBody, sendJson } from './listening-server.ts';
import { Waiters } from './waiters.ts';

/** A service that speaks OpenAI's `/embeddings` and Ollama's `/api/embed`, on a real port: the judge of what was asked. */
export interface FakeEmbeddings extends AsyncDisposable {
  readonly origin: string;
  /** `host:port`, for `http.allowPrivate`. */
  readonly address: string;
  readonly requests: readonly FakeEmbeddingRequest[];
  /** Answers to come, in order, instead of vectors. */
  fail(...failures: readonly FakeEmbeddingFailure[]): void;
  /** Resolves when `count` requests have arrived. */
  arrived(count: number): Promise<void>;
}

export interface FakeEmbeddingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions: number | undefined;
}

export interface FakeEmbeddingFailure {
  readonly status: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of an error. */
  readonly body?: string;
  /** Nothing is sent; the connection stays open until the client leaves. */
  readonly silent?: 'yes';
}

export interface FakeEmbeddingsOptions {
  /** The only key that is accepted; `none` accepts requests without one. */
  readonly apiKey?: string;
  /** Dimensions by model. */
  readonly models?: Readonly<Record<string, number>>;
  /** Texts in one request. */
  readonly maxInputs?: number;
}

export async function startFakeEmbeddings(options: FakeEmbeddingsOptions = {}): Promise<FakeEmbeddings> {
  const { apiKey = 'sk-test', models = { 'text-embedding-3-small': 1536 }, maxInputs = 2048 } = options;
  const requests: FakeEmbeddingRequest[] = [];
  const failures: FakeEmbeddingFailure[] = [];
  const waiters = new Waiters();

  const refusalOf = (path: string, key: string | undefined, body: Asked): FakeEmbeddingFailure | undefined => {
    const isOllama = path === '/api/embed';
    if (!isOllama && !path.endsWith('/embeddings')) return { status: 404, code: 'unknown_url' };
    if (!isOllama && apiKey !== 'none' && key !== `Bearer ${apiKey}`) return { status: 401, code: 'invalid_api_key' };
    const size = models[body.model];
    if (size === undefined) return { status: 404, code: 'model_not_found' };
    if (body.input.length === 0 || body.input.length > maxInputs || body.input.includes(''))
      return { status: 400, code: 'invalid_input' };
    return (body.dimensions ?? 0) > size ? { status: 400, code: 'invalid_dimensions' } : undefined;
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = askedIn(await readBody(incoming));
    const path = incoming.url ?? '/';
    requests.push({ path, headers: incoming.headers, ...body });
    waiters.wake();
    const failure = failures.shift() ?? refusalOf(path, incoming.headers.authorization, body);
    if (failure?.silent === 'yes') return;
    if (failure !== undefined) {
      const text = failure.body ?? JSON.stringify({ error: { message: 'Refused.', code: failure.code ?? 'error' } });
      response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers }).end(text);
      return;
    }
    const vectors = body.input.map((text) => fakeVector(text, body.dimensions ?? models[body.model] ?? 0));
    const answered =
      path === '/api/embed'
        ? { model: body.model, embeddings: vectors }
        : {
            object: 'list',
            model: body.model,
            data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
            usage: { prompt_tokens: 1, total_tokens: 1 },
          };
    sendJson(response, 200, answered);
  };

  const server = await listen(answer);
  return {
    origin: server.origin,
    address: server.host,
    requests,
    fail: (...more) => void failures.push(...more),
    arrived: (count) => waiters.until(() => requests.length >= count),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
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
