import type { ClientHttp, ClientHttpOptions, Clock, HttpFailure, HttpOptions } from '../contract/index.ts';
import { retryAfterMs } from './retry-after.ts';

/** As `Http.fetch`; `brokeOff` is told of a body that failed while it was read. */
type Exchange = (url: string | URL, request: HttpOptions, brokeOff: (error: unknown) => void) => Promise<Response>;

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
        const theirs = init.signal ?? asked?.signal;
        const request: HttpOptions = {
          ...limits,
          method: asked?.method ?? init.method ?? 'GET',
          headers: { ...jsonHeaders, ...headers },
          ...(body === undefined ? {} : { body }),
          signal: theirs == null ? signal : AbortSignal.any([signal, theirs]),
          retry: 'never',
        };
        const answer = await exchange(asked?.url ?? String(input), request, failed);
        if (!answer.ok) failure = failureIn(answer, clock.now());
        return answer;
      } catch (cause) {
        failed(cause);
        throw cause;
      }
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
