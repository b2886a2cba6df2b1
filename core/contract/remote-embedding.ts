import type { Money } from './bot.ts';
import type { Embedding } from './embedding.ts';
import { type ErrorCode, PolyphonError } from './errors.ts';
import type { Clock, Http } from './services.ts';

/** What a vendor's client is given for `fetch`. */
export type ServiceFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** An embedding that another machine makes: what differs from vendor to vendor. */
export interface EmbeddingService {
  readonly id: string;
  readonly dimensions: number;
  readonly price?: Money;
  /** For messages: model and host, as in `openai:text-embedding-3-small at api.openai.com`. */
  readonly where: string;
  /** Texts in one request. */
  readonly batchSize: number;
  /** Characters of one text; the rest is cut. */
  readonly maxTextLength: number;
  readonly timeoutMs: number;
  /** Sent instead of the client's own, which may come from the process environment. */
  readonly headers: Readonly<Record<string, string>>;
  /** One request, with the given `fetch`, without trying again. */
  request(
    texts: readonly string[],
    purpose: 'passage' | 'query',
    fetch: ServiceFetch,
    signal: AbortSignal,
  ): Promise<readonly (readonly number[])[]>;
}

const maxAnswerBytes = 64 * 1024 * 1024;
const firstBackoffMs = 1000;
const defaultRetryAfterMs = 5000;
/** Passages wait for a service that asks for it; a person does not. */
const patience = {
  passage: { attempts: 6, longestWaitMs: 60_000 },
  query: { attempts: 2, longestWaitMs: 500 },
} as const;

/** What is known of the last answer that was not a good one. */
interface Trouble {
  status?: number;
  retryAfterMs?: number | undefined;
  thrown?: unknown;
}

/**
 * Batches, waits, checks and names errors for an embedding that a service makes. Its requests go out through the granted HTTP.
 * `embed` throws PolyphonError EMB8201 to EMB8207, NET6001, or what the signal aborts with.
 */
export function overService(
  service: EmbeddingService,
  { http, clock }: { readonly http: Http; readonly clock: Clock },
): Embedding {
  let blockedUntilMs = 0;

  async function embedBatch(texts: readonly string[], purpose: 'passage' | 'query', signal: AbortSignal) {
    const { attempts, longestWaitMs } = patience[purpose];
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const trouble: Trouble = {};
      try {
        const vectors = await service.request(texts, purpose, adapt(service, http, clock, trouble, signal), signal);
        return check(vectors, texts.length, service);
      } catch (error) {
        signal.throwIfAborted();
        const failure = named(error, trouble, service.where);
        const waitMs =
          failure.retryAfterMs === undefined
            ? undefined
            : Math.max(failure.retryAfterMs, firstBackoffMs * 2 ** (attempt - 1));
        if (waitMs === undefined) throw failure;
        if (attempt === attempts || waitMs > longestWaitMs) {
          // The next documents of the same reading need not wait for the same answer.
          if (failure.code === 'EMB8203') blockedUntilMs = clock.now() + waitMs;
          throw failure;
        }
        await clock.sleep(waitMs, signal);
      }
    }
  }

  return {
    id: service.id,
    dimensions: service.dimensions,
    ...(service.price === undefined ? {} : { price: service.price }),
    async embed(texts, purpose, signal) {
      const blockedMs = blockedUntilMs - clock.now();
      if (blockedMs > 0) throw asksToWait(service.where, blockedMs);
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += service.batchSize) {
        // A service refuses an empty text.
        const batch = texts
          .slice(start, start + service.batchSize)
          .map((text) => text.slice(0, service.maxTextLength) || ' ');
        vectors.push(...(await embedBatch(batch, purpose, signal)));
      }
      return vectors;
    },
  };
}

function adapt(
  service: EmbeddingService,
  http: Http,
  clock: Clock,
  trouble: Trouble,
  signal: AbortSignal,
): ServiceFetch {
  return async (input, init) => {
    try {
      const response = await http.fetch(input instanceof Request ? input.url : input, {
        method: init?.method ?? 'GET',
        headers: { accept: 'application/json', 'content-type': 'application/json', ...service.headers },
        ...(typeof init?.body === 'string' ? { body: init.body } : {}),
        signal: init?.signal ?? signal,
        timeoutMs: service.timeoutMs,
        maxBytes: maxAnswerBytes,
        retry: 'never',
      });
      if (!response.ok) {
        trouble.status = response.status;
        trouble.retryAfterMs = retryAfter(response.headers, clock.now());
      }
      return response;
    } catch (error) {
      trouble.thrown = error;
      throw error;
    }
  };
}

/** By what the wire said: clients wrap, translate and hide. */
function named(error: unknown, trouble: Trouble, where: string): PolyphonError {
  const make = (code: ErrorCode, what: string, next: string, retryAfterMs?: number): PolyphonError =>
    new PolyphonError(code, `Embedding ${where}: ${what}. ${next}`, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      data: trouble.status === undefined ? {} : { status: trouble.status },
    });
  if (error instanceof PolyphonError && error.code.startsWith('EMB')) return error;
  if (trouble.thrown instanceof PolyphonError && trouble.thrown.code === 'NET6001') return trouble.thrown;
  const { status, retryAfterMs } = trouble;
  if (trouble.thrown !== undefined || status === undefined) {
    const isAnswer = trouble.thrown === undefined;
    return isAnswer
      ? make('EMB8204', 'its answer is not what was asked for', 'Check the address and the model.')
      : make('EMB8206', 'it cannot be reached', 'Check `baseUrl` and the network.', firstBackoffMs);
  }
  if (status === 401 || status === 403)
    return make('EMB8201', `it refused the key (${status})`, 'Check `apiKey` and what the key may do.');
  if (status === 404)
    return make('EMB8202', 'it does not know the model or the address', 'Check `model` and `baseUrl`.');
  if (status === 429 && isQuota(error))
    return make('EMB8203', 'the account has no quota left', 'Raise it at the service; waiting does not help.');
  if (status === 429) return asksToWait(where, retryAfterMs ?? defaultRetryAfterMs, error);
  if (status === 408 || status >= 500)
    return make('EMB8204', `it failed (${status})`, 'The next reading tries again.', retryAfterMs ?? firstBackoffMs);
  return make('EMB8205', `it refused the request (${status})`, 'Check the entry under `retrieval.embedding.with`.');
}

function asksToWait(where: string, retryAfterMs: number, cause?: unknown): PolyphonError {
  return new PolyphonError(
    'EMB8203',
    `Embedding ${where}: the service asks to wait. What is read stays; the next reading goes on.`,
    { retryAfterMs, data: { status: 429 }, ...(cause === undefined ? {} : { cause }) },
  );
}

function isQuota(error: unknown): boolean {
  const codes = [field(error, 'code'), field(field(error, 'error'), 'code'), field(error, 'type')];
  return codes.includes('insufficient_quota');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Seconds, milliseconds or a date. */
function retryAfter(headers: Headers, nowMs: number): number | undefined {
  const inMs = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  const text = headers.get('retry-after') ?? '';
  const told = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number.parseFloat(text) * 1000 : Date.parse(text) - nowMs;
  const wait = [inMs, told].find((value) => Number.isFinite(value));
  return wait === undefined ? undefined : Math.max(0, Math.round(wait));
}

/** Of unit length, one a text, as long as the index expects. */
function check(
  vectors: readonly (readonly number[])[],
  expected: number,
  { where, dimensions }: EmbeddingService,
): readonly Float32Array[] {
  const wrong = (what: string): PolyphonError =>
    new PolyphonError('EMB8207', `Embedding ${where}: ${what}. Correct \`dimensions\` or \`model\`.`);
  if (vectors.length !== expected) throw wrong(`it gave ${vectors.length} vectors for ${expected} texts`);
  return vectors.map((vector) => {
    if (vector.length !== dimensions) throw wrong(`a vector has ${vector.length} dimensions and not ${dimensions}`);
    let squares = 0;
    for (const value of vector) squares += value * value;
    if (!Number.isFinite(squares)) throw wrong('a vector holds something else than numbers');
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    return Float32Array.from(vector, (value) => value * scale);
  });
}
