/** Structured log, one static sentence a message; user text only in fields that begin with `pii.`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each line. */
  with(fields: LogFields): Logger;
}
export type LogFields = Readonly<Record<string, unknown>>;

/** Time is injected, so that it can be simulated. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never jumps; for measuring only. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts with a TimeoutError after `ms`, or as `signal` does, if that is sooner. Dispose it when the work has ended. */
  deadline(ms: number, signal?: AbortSignal): { readonly signal: AbortSignal } & Disposable;
}

/** Chance is injected, so that it can be simulated. */
export interface Random {
  /** A float in [0, 1). Not for secrets. */
  next(): number;
  /** A time-ordered unique id, `prefix_` and 26 characters of Crockford base 32. */
  id(prefix: string): string;
  /** An unguessable token of `bytes` random bytes, base64url. */
  token(bytes: number): string;
}

/** Outgoing HTTP. Every address passes the SSRF guard, after DNS and again at each redirect. */
export interface Http {
  /**
   * As `fetch`, but never to private addresses the deployment does not allow, with a deadline, and with a limit on the body. Read the
   * body of the answer or cancel it (`await response.body?.cancel()`): one that is left keeps its connection and its deadline.
   * @throws PolyphonError NET6001 when the guard refuses the address, NET6002 when the deadline passes,
   * NET6003 when the body is larger than `maxBytes`, NET6004 when the connection fails; what `signal` aborts with. Where `isUnsent` says
   * so it is certain that nothing was written; else the other side may have the request.
   */
  fetch(url: string | URL, options: HttpOptions): Promise<Response>;
  /**
   * A standard `fetch` to hand to a vendor's client, over the same way out: guard, deadline and limit hold for what it asks too.
   * For one call of the client, or several in a row; `failure` is that of the last one.
   */
  forClient(options: ClientHttpOptions): ClientHttp;
}
export interface HttpOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
  /** Whole exchange; 30 s unless told. */
  readonly timeoutMs?: number;
  /** Answer body; 10 MB unless told. */
  readonly maxBytes?: number;
  /** `idempotent` retries connect errors, 429 and 5xx up to twice; `never` (the default) does not. */
  readonly retry?: 'never' | 'idempotent';
  /** `return` gives the redirecting answer itself; `follow` unless told. */
  readonly redirect?: 'follow' | 'return';
}

export interface ClientHttpOptions extends Pick<HttpOptions, 'signal' | 'timeoutMs' | 'maxBytes'> {
  /**
   * All that are sent, besides `accept` and `content-type` of JSON, which stand unless told. The client's own are dropped: it may
   * take some from the process environment, which must not reach a tenant's requests.
   */
  readonly headers: Readonly<Record<string, string>>;
}
export interface ClientHttp {
  /**
   * Never tries again. Ends when either signal aborts, that of the options or that of `init`: clients forget one or the other.
   * @throws as `Http.fetch`; TypeError for a body that is neither text nor bytes.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** What the last request came to, which clients wrap, translate and hide; undefined while nothing is wrong with it. */
  readonly failure: HttpFailure | undefined;
}
export interface HttpFailure {
  /** Of the answer; 0 where none came, or broke off. */
  readonly status: number;
  /** How long the answer asks to wait. */
  readonly retryAfterMs?: number;
  /** With status 0: what `Http.fetch` threw, or the reading of its body. */
  readonly cause?: unknown;
}
