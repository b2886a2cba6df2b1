import type { ClientHttp, ClientHttpOptions, Clock, HttpFailure, HttpOptions } from '../contract/index.ts';
import { retryAfterMs } from './retry-after.ts';

/** How an exchange that answered went on. */
export interface ExchangeWatch {
  /** A body failed while it was read. */
  brokeOff(error: unknown): void;
  /** There will be nothing more of it. */
  ended(): void;
}

/** As `Http.fetch`. */
type Exchange = (url: string | URL, request: HttpOptions, watch: ExchangeWatch) => Promise<Response>;

const jsonHeaders = { accept: 'application/json', 'content-type': 'application/json' };

/** See `Http.forClient` in the contract for what each option means. */
export function createClientHttp(
  exchange: Exchange,
  clock: Clock,
  { headers, signal, ...limits }: ClientHttpOptions,
): ClientHttp {
  let failure: HttpFailure | undefined;
  const failed = (cause: unknown): void => {
    failure = { status: 0, cause };
  };
  return {
    get failure() {
      return failure;
    },
    fetch: async (input, init = {}) => {
      failure = undefined;
      try {
        const asked = input instanceof Request ? new Request(input, init) : undefined;
        const body = await bodyOf(asked ?? init);
        const either = firstOf(signal, init.signal ?? asked?.signal);
        const request: HttpOptions = {
          ...limits,
          method: asked?.method ?? init.method ?? 'GET',
          headers: { ...jsonHeaders, ...headers },
          ...(body === undefined ? {} : { body }),
          signal: either.signal,
          retry: 'never',
        };
        const ended = (): void => either[Symbol.dispose]();
        const answer = await exchange(asked?.url ?? String(input), request, { brokeOff: failed, ended });
        if (!answer.ok) failure = failureIn(answer, clock.now());
        return answer;
      } catch (cause) {
        failed(cause);
        throw cause;
      }
    },
  };
}

/** Aborts with the first of them, until it is disposed of. Not `AbortSignal.any`: listening to one costs 7 us. */
function firstOf(ours: AbortSignal, theirs: AbortSignal | null | undefined): { signal: AbortSignal } & Disposable {
  if (theirs == null) return { signal: ours, [Symbol.dispose]: () => undefined };
  const controller = new AbortController();
  const followOurs = (): void => controller.abort(ours.reason);
  const followTheirs = (): void => controller.abort(theirs.reason);
  if (ours.aborted) followOurs();
  else if (theirs.aborted) followTheirs();
  ours.addEventListener('abort', followOurs, { once: true });
  theirs.addEventListener('abort', followTheirs, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      ours.removeEventListener('abort', followOurs);
      theirs.removeEventListener('abort', followTheirs);
    },
  };
}

function failureIn({ status, headers }: Response, nowMs: number): HttpFailure {
  const waitMs = retryAfterMs(headers, nowMs);
  return { status, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
}

async function bodyOf(asked: Request | RequestInit): Promise<string | Uint8Array | undefined> {
  if (asked instanceof Request) return asked.body === null ? undefined : await asked.bytes();
  const { body } = asked;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body == null) return undefined;
  throw new TypeError(
    'Outgoing request: the body is neither text nor bytes. Hand it over as a string or a Uint8Array.',
  );
}
