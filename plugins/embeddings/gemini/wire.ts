import type { EmbeddingFailure, Http } from 'polyphon/plugin';

/** What a vendor's client is given for `fetch`. */
export type WireFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const maxAnswerBytes = 64 * 1024 * 1024;

/**
 * Lets a client ask through the granted HTTP, with these headers instead of its own, which may come from the process environment.
 * @throws EmbeddingFailure by what the wire said, whatever the client made of it; an error without a status after a good answer.
 */
export async function overWire<Answer>(
  {
    http,
    headers,
    timeoutMs,
    signal,
  }: {
    readonly http: Http;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
  ask: (fetch: WireFetch) => Promise<Answer>,
): Promise<Answer> {
  let said: Partial<Pick<EmbeddingFailure, 'status' | 'headers' | 'cause'>> = {};
  try {
    return await ask(async (input, init) => {
      try {
        const answer = await http.fetch(input instanceof Request ? input.url : input, {
          method: init?.method ?? 'GET',
          headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
          ...(typeof init?.body === 'string' ? { body: init.body } : {}),
          // Not the client's: LangChain hands none on.
          signal,
          timeoutMs,
          maxBytes: maxAnswerBytes,
          retry: 'never',
        });
        said = answer.ok ? {} : { status: answer.status, headers: answer.headers };
        return answer;
      } catch (cause) {
        said = { status: 0, cause };
        throw cause;
      }
    });
  } catch (cause) {
    throw Object.assign(new Error('The embedding request failed.', { cause }), said);
  }
}
