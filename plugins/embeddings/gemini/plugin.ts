import type { Plugin } from 'polyphon/plugin';
import { schema } from './schema.ts';

/** Google's limits: texts in a request, and about 2,048 tokens a text. */
const batchSize = 100;
const maxTextLength = 8000;
/** More than any answer: 100 texts of 3,072 numbers. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Google's embedding models, through LangChain. Its package for Google takes no `fetch`, and would go past the guard against private
 * addresses; Google's own interface for OpenAI clients does not.
 */
export const plugin = {
  contract: 1,
  kind: 'embedding',
  name: 'gemini',
  schema,
  async open({ config, http }) {
    const { OpenAIEmbeddings } = await import('@langchain/openai');
    const { model, dimensions } = config;
    const baseUrl = config.baseUrl.replace(/\/+$/, '');
    const timeoutMs = Number.parseInt(config.timeout, 10) * (config.timeout.endsWith('m') ? 60_000 : 1000);
    const [amount = '', currency = ''] = config.pricePerMillionTokens?.split(' ') ?? [];
    const headers = { authorization: `Bearer ${config.apiKey}` };
    return {
      id: `gemini:${model}:${dimensions}`,
      dimensions,
      where: `gemini:${model} at ${new URL(baseUrl).host}`,
      limits: { maxBatch: batchSize, maxCharacters: maxTextLength },
      ...(config.pricePerMillionTokens === undefined ? {} : { price: { amount: Number(amount), currency } }),
      async embed(texts, _purpose, signal) {
        const wire = http.forClient({ headers, timeoutMs, maxBytes, signal });
        try {
          const client = new OpenAIEmbeddings({
            model,
            dimensions,
            // Never sent: the headers above are.
            apiKey: 'none',
            batchSize,
            stripNewLines: false,
            encodingFormat: 'float',
            maxRetries: 0,
            timeout: timeoutMs,
            onFailedAttempt: (error: unknown) => {
              throw error;
            },
            configuration: { baseURL: baseUrl, organization: null, project: null, logLevel: 'off', fetch: wire.fetch },
          });
          const vectors = await client.embedDocuments([...texts]);
          return vectors.map((vector) => Float32Array.from(vector));
        } catch (cause) {
          throw Object.assign(new Error('The embedding request failed.', { cause }), wire.failure);
        }
      },
    };
  },
} satisfies Plugin<'embedding', typeof schema>;
