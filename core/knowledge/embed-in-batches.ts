import { type Clock, type Embedding, type ErrorCode, type Logger, PolyphonError } from '../contract/index.ts';
import { RestAfterFailures } from './rest-after-failures.ts';
import { ServicePauses } from './service-pauses.ts';
import { untilAborted } from './until-aborted.ts';

const firstBackoffMs = 1000;
const defaultRetryAfterMs = 5000;
/** Passages wait for a service that asks for it; a person does not. */
const patience = {
  passage: { attempts: 6, longestWaitMs: 60_000 },
  query: { attempts: 2, longestWaitMs: 500 },
} as const;
type Purpose = keyof typeof patience;
/** The whole of a question: words answer then, at once while the embedding was late some times in a row. */
const questionMs = 3000;
/** Of the squares: what rounding to 32 bits leaves of a unit vector. */
const roundingError = 1e-5;

/**
 * The embedding of a plugin as the rest of the core and a retrieval plugin see it: any number of texts of any length, in batches
 * within its limits, with waits, checks and named errors. Every embedding passes here once, when its plugin is opened.
 * `embed` throws PolyphonError EMB8201 to EMB8207, those of the plugin, NET6001, or what the signal aborts with.
 */
export function batched(
  embedding: Embedding,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Embedding {
  const { id, dimensions, price, where = id, limits } = embedding;
  const lateness = new RestAfterFailures(clock);
  const pauses = new ServicePauses(where, patience.passage.longestWaitMs, clock);

  async function embedBatch(texts: readonly string[], purpose: Purpose, signal: AbortSignal) {
    const { attempts, longestWaitMs } = patience[purpose];
    const startedMs = clock.now();
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return checked(await embedding.embed(texts, purpose, signal), texts.length, { where, dimensions });
      } catch (error) {
        signal.throwIfAborted();
        const failure = named(error, where);
        if (failure.retryAfterMs === undefined) throw failure;
        const waitMs = Math.max(failure.retryAfterMs, firstBackoffMs * 2 ** (attempt - 1));
        if (attempt === attempts || waitMs > longestWaitMs) {
          if (failure.code !== 'EMB8203') throw failure;
          throw pauses.begin(purpose, { times: attempt, sinceMs: startedMs }, { waitMs, cause: failure });
        }
        log.debug('the embedding is asked again after a wait', { code: failure.code, attempt, waitMs });
        await clock.sleep(waitMs, signal);
      }
    }
  }

  async function embedAll(texts: readonly string[], purpose: Purpose, signal: AbortSignal) {
    if (limits === undefined) return texts.length === 0 ? [] : embedBatch(texts, purpose, signal);
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += limits.maxBatch) {
      // A service refuses an empty text.
      const batch = texts
        .slice(start, start + limits.maxBatch)
        .map((text) => text.slice(0, limits.maxCharacters) || ' ');
      vectors.push(...(await embedBatch(batch, purpose, signal)));
    }
    return vectors;
  }

  async function embedQuestion(texts: readonly string[], signal: AbortSignal) {
    if (lateness.resting) throw late(where, 'is not asked for a while');
    using deadline = clock.deadline(questionMs, signal);
    try {
      const vectors = await untilAborted(embedAll(texts, 'query', deadline.signal), deadline.signal);
      lateness.succeeded();
      return vectors;
    } catch (error) {
      signal.throwIfAborted();
      if (!deadline.signal.aborted) throw error;
      lateness.failed();
      throw late(where, 'was left');
    }
  }

  return {
    id,
    dimensions,
    where,
    ...(price === undefined ? {} : { price }),
    ...(limits === undefined ? {} : { limits }),
    async embed(texts, purpose, signal) {
      pauses.heed(purpose);
      return purpose === 'query' ? embedQuestion(texts, signal) : embedAll(texts, purpose, signal);
    },
  };
}

function named(error: unknown, where: string): PolyphonError {
  if (error instanceof PolyphonError) return error;
  const cause = field(error, 'cause');
  // The guard's own words say which setting allows the address.
  if (cause instanceof PolyphonError && cause.code === 'NET6001') return cause;
  const told = field(error, 'status');
  const status = typeof told === 'number' ? told : undefined;
  const asked = field(error, 'retryAfterMs');
  const retryAfterMs = typeof asked === 'number' ? asked : undefined;
  const make = (code: ErrorCode, what: string, next: string, waitMs?: number): PolyphonError =>
    new PolyphonError(code, `Embedding ${where}: ${what}. ${next}`, {
      cause: error,
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
      data: status === undefined || status === 0 ? {} : { status },
    });
  if (status === undefined)
    return make('EMB8204', 'its answer is not what was asked for', 'Check the address and the model.');
  if (status === 0) return make('EMB8206', 'it cannot be reached', 'Check `baseUrl` and the network.', firstBackoffMs);
  if (status === 401 || status === 403)
    return make('EMB8201', `it refused the key (${status})`, 'Check `apiKey` and what the key may do.');
  if (status === 404)
    return make('EMB8202', 'it does not know the model or the address', 'Check `model` and `baseUrl`.');
  if (status === 429)
    return make(
      'EMB8203',
      'it asks to wait',
      'Words find what has no vector yet.',
      retryAfterMs ?? defaultRetryAfterMs,
    );
  if (status === 408 || status >= 500)
    return make('EMB8204', `it failed (${status})`, 'The next reading tries again.', retryAfterMs ?? firstBackoffMs);
  const next = 'Check the entry under `retrieval.embedding.with`, or the text where it refuses one document only.';
  return make('EMB8205', `it refused the request (${status})`, next);
}

function late(where: string, consequence: string): PolyphonError {
  return new PolyphonError(
    'EMB8204',
    `Embedding ${where}: no vector of a question within ${questionMs / 1000} s, so it ${consequence}. Words answer meanwhile.`,
    { data: { withinMs: questionMs } },
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Of unit length, one a text, as long as the index expects. */
function checked(
  vectors: readonly Float32Array[],
  expected: number,
  { where, dimensions }: { readonly where: string; readonly dimensions: number },
): readonly Float32Array[] {
  const wrong = (what: string): PolyphonError =>
    new PolyphonError('EMB8207', `Embedding ${where}: ${what}. Correct \`dimensions\` or \`model\`.`);
  if (vectors.length !== expected) throw wrong(`it gave ${vectors.length} vectors for ${expected} texts`);
  return vectors.map((vector) => {
    if (vector.length !== dimensions) throw wrong(`a vector has ${vector.length} dimensions and not ${dimensions}`);
    let squares = 0;
    for (const value of vector) squares += value * value;
    if (!Number.isFinite(squares)) throw wrong('a vector holds something else than numbers');
    if (squares === 0 || Math.abs(squares - 1) < roundingError) return vector;
    const scale = 1 / Math.sqrt(squares);
    return vector.map((value) => value * scale);
  });
}
