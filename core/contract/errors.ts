import { catalogue } from './catalogue.ts';

export type ErrorCode = keyof typeof catalogue;

/** Plugins may bring a copy of this module of their own: an error is known by its mark, not by its constructor. */
const mark: unique symbol = Symbol.for('polyphon.error');

/**
 * The one error class. `message` is a sentence: where, what, what is known, the next step; never user text, a token or a URL
 * with a token in it. `code` is stable and listed in core/ERRORS.md.
 */
export class PolyphonError extends Error {
  override readonly name = 'PolyphonError';
  readonly [mark] = true;
  readonly code: ErrorCode;
  /** What the code means, whatever the case: the `title` of a problem. */
  readonly summary: string;
  /** HTTP status when the error reaches a caller. */
  readonly status: number;
  /** Set when trying again may help; the time to wait first. */
  readonly retryAfterMs: number | undefined;
  /** Machine-readable facts that may be shown to the person the error is for. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly retryAfterMs?: number;
      readonly data?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.summary = catalogue[code].summary;
    this.status = catalogue[code].status;
    this.retryAfterMs = options.retryAfterMs;
    this.data = options.data ?? {};
  }
}

Object.defineProperty(PolyphonError, Symbol.hasInstance, {
  value: function isInstance(this: typeof PolyphonError, value: unknown): boolean {
    if (this === PolyphonError) return typeof value === 'object' && value !== null && mark in value;
    return Function.prototype[Symbol.hasInstance].call(this, value);
  },
});

/**
 * Whether a failed request of `Http` was never written to the other side, so that it may be made again without a double. False where
 * nobody knows. A library may have wrapped the error: its causes are looked through.
 */
export function isUnsent(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PolyphonError && cause.data['sent'] === 'no') return true;
  }
  return false;
}
