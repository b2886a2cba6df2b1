import type { Http } from 'polyphon/plugin';
import type { OpenaiSettings } from './settings.ts';

/** More than any answer of a model; a server that sends without end is cut off here. */
const maxBytes = 16 * 1024 * 1024;

/** What the vendor's client is given for `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Lets the vendor's client speak through the granted HTTP client, so that the guard against private addresses and the deadlines
 * hold. Headers are built here and not taken over: the client adds some from the process environment, which must not reach a
 * tenant's requests. Each answer that ends badly is told to `onFailure`, because the client hides some causes.
 */
export function adaptFetch(
  http: Http,
  settings: OpenaiSettings,
  options: { readonly signal: AbortSignal; readonly onFailure: (error: unknown) => void },
): Fetch {
  const headers = headersFor(settings);
  return async (input, init) => {
    try {
      const response = await http.fetch(input instanceof Request ? input.url : input, {
        method: init?.method ?? 'GET',
        headers,
        ...(typeof init?.body === 'string' ? { body: init.body } : {}),
        signal: init?.signal ?? options.signal,
        timeoutMs: settings.timeoutMs,
        maxBytes,
        retry: 'never',
      });
      return watched(response, options.onFailure);
    } catch (error) {
      options.onFailure(error);
      throw error;
    }
  };
}

function headersFor(settings: OpenaiSettings): Readonly<Record<string, string>> {
  return {
    accept: 'text/event-stream, application/json',
    'content-type': 'application/json',
    ...(settings.apiKey === undefined ? {} : { authorization: `Bearer ${settings.apiKey}` }),
    ...(settings.organization === undefined ? {} : { 'openai-organization': settings.organization }),
    ...(settings.project === undefined ? {} : { 'openai-project': settings.project }),
  };
}

function watched(response: Response, onFailure: (error: unknown) => void): Response {
  const { body } = response;
  if (body === null) return response;
  const reader = body.getReader();
  let isLeft = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const part = await reader.read().catch((error: unknown) => {
        if (!isLeft) {
          onFailure(error);
          controller.error(error);
        }
        return undefined;
      });
      if (part === undefined || isLeft) return;
      if (part.done) controller.close();
      else controller.enqueue(part.value);
    },
    cancel: (reason) => {
      isLeft = true;
      return reader.cancel(reason);
    },
  });
  return new Response(stream, { status: response.status, statusText: response.statusText, headers: response.headers });
}
