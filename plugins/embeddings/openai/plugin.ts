import { type Plugin, PolyphonError } from 'polyphon/plugin';
import { loadClient } from './client.ts';
import { schema } from './schema.ts';

/** More than any answer; a server that sends without end is cut off here. */
const maxBytes = 64 * 1024 * 1024;

/** What OpenAI's models give unless they are asked for less. */
const ownDimensions: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
  'text-embedding-ada-002': 1536,
};

/** Any embedding model behind a service that speaks OpenAI's `/embeddings`, through LangChain. */
export const plugin = {
  contract: 1,
  kind: 'embedding',
  name: 'openai',
  schema,
  async open({ config, http }) {
    const { model, queryPrefix = '', passagePrefix = '' } = config;
    const baseUrl = config.baseUrl.replace(/\/+$/, '');
    const where = `openai:${model} at ${new URL(baseUrl).host}`;
    const dimensions = config.dimensions ?? ownDimensions[model];
    if (dimensions === undefined) {
      throw new PolyphonError(
        'EMB8207',
        `Embedding ${where}: the size of its vectors is not known. Write it as \`dimensions:\`; the model's page says it.`,
      );
    }
    const timeoutMs = Number.parseInt(config.timeout, 10) * (config.timeout.endsWith('m') ? 60_000 : 1000);
    // Only these can be asked for less; other servers refuse the parameter.
    const asked = model.startsWith('text-embedding-3') ? config.dimensions : undefined;
    const embed = await loadClient({ model, baseUrl, timeoutMs, dimensions: asked, batchSize: config.batchSize });
    const [amount = '', currency = ''] = config.pricePerMillionTokens?.split(' ') ?? [];
    const prefixes = queryPrefix + passagePrefix === '' ? '' : `:${JSON.stringify([queryPrefix, passagePrefix])}`;
    const headers = config.apiKey === undefined ? {} : { authorization: `Bearer ${config.apiKey}` };
    return {
      id: `openai:${model}:${dimensions}${prefixes}`,
      dimensions,
      where,
      limits: { maxBatch: config.batchSize, maxCharacters: config.maxTextLength },
      ...(config.pricePerMillionTokens === undefined ? {} : { price: { amount: Number(amount), currency } }),
      async embed(texts, purpose, signal) {
        const prefix = purpose === 'query' ? queryPrefix : passagePrefix;
        const prefixed = prefix === '' ? texts : texts.map((text) => prefix + text);
        const wire = http.forClient({ headers, timeoutMs, maxBytes, signal });
        try {
          const vectors = await embed(prefixed, wire.fetch);
          return vectors.map((vector) => Float32Array.from(vector));
        } catch (cause) {
          if (isQuota(cause)) throw quotaUsedUp(where, cause);
          throw Object.assign(new Error('The embedding request failed.', { cause }), wire.failure);
        }
      },
    };
  },
} satisfies Plugin<'embedding', typeof schema>;

function quotaUsedUp(where: string, cause: unknown): PolyphonError {
  return new PolyphonError(
    'EMB8203',
    `Embedding ${where}: the account has no quota left. Raise it at the service; waiting does not help.`,
    { cause, data: { status: 429 } },
  );
}

function isQuota(error: unknown): boolean {
  const codes = [field(error, 'code'), field(field(error, 'error'), 'code'), field(error, 'type')];
  return codes.includes('insufficient_quota');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
