import { Type } from 'typebox';

const schema = Type.Object({ url: Type.String({ format: 'uri' }) }, { additionalProperties: false });

/** @satisfies {import('polyphon/plugin').Plugin<'reranker', typeof schema>} */
export const plugin = {
  contract: 1,
  kind: 'reranker',
  name: 'judge',
  schema,
  open: async ({ config: { url }, http }) => ({
    id: `judge at ${new URL(url).host}`,
    rerank: async (question, passages, signal) => {
      const body = JSON.stringify({ question, passages });
      const response = await http.fetch(url, { method: 'POST', body, signal, retry: 'idempotent' });
      const scores = await response.json();
      return scores.map((score, index) => ({ index, score }));
    },
  }),
};
