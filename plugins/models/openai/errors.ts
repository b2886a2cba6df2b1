import { type ErrorCode, PolyphonError } from 'polyphon/plugin';

/** What the vendor's client knows of a failure. Its text stays out of ours: it may quote the person or part of the key. */
interface Failure {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
}

const defaultRetryAfterMs = 1000;
const longestRetryAfterMs = 10 * 60_000;

/** The service will not answer this content; the turn ends politely and nothing is retried. */
export function isContentRefusal(error: unknown): boolean {
  const { status, code } = readFailure(error);
  return (status === 400 || status === 403) && (code === 'content_filter' || code === 'content_policy_violation');
}

/** A PolyphonError that something below threw and others wrapped. */
export function polyphonErrorIn(error: unknown): PolyphonError | undefined {
  let current = error;
  for (let depth = 0; depth < 6 && current instanceof Error; depth++) {
    if (current instanceof PolyphonError) return current;
    current = current.cause;
  }
  return undefined;
}

/**
 * @param retryAfterMs what the answer asked for.
 * @param began whether an answer had begun: then the break is in the stream and not in the connection. */
export function modelError(
  error: unknown,
  options: { readonly where: string; readonly began: 'yes' | 'no'; readonly retryAfterMs: number | undefined },
): PolyphonError {
  const known = polyphonErrorIn(error);
  if (known !== undefined) return known;
  const failure = readFailure(error);
  const { status, code } = failure;
  const retryAfterMs = Math.min(longestRetryAfterMs, options.retryAfterMs ?? defaultRetryAfterMs);
  const make = (kind: ErrorCode, what: string, next: string, retryAfterMs?: number): PolyphonError =>
    new PolyphonError(kind, `${options.where}: ${what}. ${next}`, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      data: {
        ...(status === undefined ? {} : { status }),
        ...(code === undefined ? {} : { vendorCode: code }),
        ...(failure.param === undefined ? {} : { param: failure.param }),
      },
    });
  if (isContextOverflow(error, code, status))
    return make(
      'MDL5004',
      'the request is longer than the model takes',
      'Lower session.history or retrieval topK, or use a model with a longer context.',
    );
  if (status === 401 || status === 403)
    return make('MDL5001', `the service refused the key (${status})`, 'Check llm.with.apiKey and what the key may do.');
  if (status === 404 || code === 'model_not_found')
    return make(
      'MDL5002',
      'the service does not know the model or the address',
      'Check llm.with.model and llm.with.baseUrl.',
    );
  if (code === 'insufficient_quota')
    return make('MDL5003', 'the account has no quota left', 'Raise it at the service; waiting does not help.');
  if (status === 429 || code === 'rate_limit_exceeded')
    return make('MDL5003', 'the service asks to wait', 'It is tried again later, or a fallback answers.', retryAfterMs);
  if (status === 408 || status === 409 || (status !== undefined && status >= 500))
    return make(
      'MDL5005',
      `the service failed (${status})`,
      'It is tried again later, or a fallback answers.',
      retryAfterMs,
    );
  if (status !== undefined)
    return make(
      'MDL5007',
      `the service refused the request (${status})`,
      'The field `param` of the log names what it refused; check llm.with.',
    );
  if (isObject(field(error, 'error')))
    return make(
      'MDL5005',
      'the service reported a failure in mid-answer',
      'It is tried again later, or a fallback answers.',
      defaultRetryAfterMs,
    );
  if (options.began === 'yes') return brokenOff(options.where, error);
  return make(
    'MDL5008',
    'the service could not be reached',
    'Check llm.with.baseUrl and the network.',
    defaultRetryAfterMs,
  );
}

export function brokenOff(where: string, cause?: unknown): PolyphonError {
  return new PolyphonError(
    'MDL5006',
    `${where}: the answer broke off before its end. What had come is incomplete. It is tried again later, or a fallback answers.`,
    { ...(cause === undefined ? {} : { cause }), retryAfterMs: defaultRetryAfterMs },
  );
}

function readFailure(error: unknown): Failure {
  const status = field(error, 'status');
  const inner = field(error, 'error');
  return {
    status: typeof status === 'number' ? status : undefined,
    code:
      identifier(field(error, 'code')) ??
      identifier(field(inner, 'code')) ??
      identifier(field(error, 'type')) ??
      identifier(field(inner, 'type')),
    param: identifier(field(error, 'param')),
  };
}

function isContextOverflow(error: unknown, code: string | undefined, status: number | undefined): boolean {
  if (code === 'context_length_exceeded' || code === 'string_above_max_length' || status === 413) return true;
  if (error instanceof Error && error.name === 'ContextOverflowError') return true;
  // Other servers say it in words only.
  return (
    status === 400 &&
    error instanceof Error &&
    /context (length|window|size)|maximum context|too many tokens|prompt is too long/i.test(error.message)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Vendor codes are words; anything else might be text of the person. */
function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.[\]-]{1,64}$/.test(value) ? value : undefined;
}
