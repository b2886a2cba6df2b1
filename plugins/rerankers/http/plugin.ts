import { type Plugin, PolyphonError } from 'polyphon/plugin';
import { schema } from './schema.ts';
import { requestOf, scoresOf } from './wire.ts';

/** A hundred numbers; some services send the passages back too. */
const maxBytes = 16 * 1024 * 1024;

/** Any service that judges passages by HTTP: hosted ones, and servers of one's own. */
export const plugin = {
  contract: 1,
  kind: 'reranker',
  name: 'http',
  schema,
  async open({ config, http }) {
    const { url, format, model, apiKey, maxTextLength, minScore } = config;
    const { host } = new URL(url);
    const id = `${model ?? 'model'} at ${host}`;
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
    return {
      id,
      ...(minScore === undefined ? {} : { minScore }),
      async rerank(question, passages, signal) {
        const texts = passages.map((text) => text.slice(0, maxTextLength).toWellFormed());
        const body = JSON.stringify(requestOf(format, { model, question, passages: texts }));
        // Judging changes nothing at the service. What a redirect leads to is not what the entry names.
        const request = {
          method: 'POST',
          headers,
          body,
          signal,
          maxBytes,
          retry: 'idempotent',
          redirect: 'return',
        } as const;
        let response: Response;
        let text: string;
        try {
          response = await http.fetch(url, request);
          text = await response.text();
        } catch (error) {
          signal.throwIfAborted();
          // The guard's own words say which setting allows the address.
          if (error instanceof PolyphonError && error.code === 'NET6001') throw error;
          throw unavailable(id, 'it cannot be reached', error);
        }
        if (!response.ok) throw refusal(id, response.status);
        const scores = scoresOf(format, parsed(text));
        if (scores !== undefined) return scores;
        throw new PolyphonError(
          'RNK8304',
          `Reranker ${id}: its answer is not one of the format '${format}'. Check \`url\` and \`format\`.`,
        );
      },
    };
  },
} satisfies Plugin<'reranker', typeof schema>;

function refusal(id: string, status: number): PolyphonError {
  if (status === 401 || status === 403) {
    return new PolyphonError(
      'RNK8301',
      `Reranker ${id}: it refused the key (${status}). Check \`apiKey\` and what the key may do.`,
      { data: { status } },
    );
  }
  if (status === 408 || status === 429 || status >= 500)
    return unavailable(id, `it answers ${status}`, undefined, status);
  return new PolyphonError(
    'RNK8302',
    `Reranker ${id}: it refused the request (${status}). Check \`url\`, \`model\` and \`format\`, or lower \`candidates\` or \`maxTextLength\`.`,
    { data: { status } },
  );
}

function unavailable(id: string, what: string, cause: unknown, status?: number): PolyphonError {
  return new PolyphonError('RNK8303', `Reranker ${id}: ${what}. Check \`url\` and the service.`, {
    cause,
    ...(status === undefined ? {} : { data: { status } }),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
