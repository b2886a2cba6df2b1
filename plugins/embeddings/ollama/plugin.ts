import { type Plugin, PolyphonError } from 'polyphon/plugin';
import { knownModel } from './known-models.ts';
import { schema } from './schema.ts';

/** More than any answer; a server that sends without end is cut off here. */
const maxBytes = 64 * 1024 * 1024;

/** Models of an Ollama server, through LangChain. */
export const plugin = {
  contract: 1,
  kind: 'embedding',
  name: 'ollama',
  schema,
  async open({ config, http }) {
    const { OllamaEmbeddings } = await import('@langchain/ollama').catch((error: unknown) => {
      throw new PolyphonError(
        'EMB8208',
        'Embedding ollama: the package that speaks with the server is not installed. Run `npm install @langchain/ollama`.',
        { cause: error },
      );
    });
    const { model, batchSize, maxTextLength, keepAlive } = config;
    const baseUrl = config.baseUrl.replace(/\/+$/, '');
    const where = `ollama:${model} at ${new URL(baseUrl).host}`;
    const known = knownModel(model);
    const dimensions = config.dimensions ?? known?.dimensions;
    if (dimensions === undefined) {
      throw new PolyphonError(
        'EMB8207',
        `Embedding ${where}: the size of its vectors is not known. Write it as \`dimensions:\`; \`ollama show ${model}\` says it.`,
      );
    }
    const before = {
      query: config.queryPrefix ?? known?.query ?? '',
      passage: config.passagePrefix ?? known?.passage ?? '',
    };
    const prefixes = before.query + before.passage === '' ? '' : `:${JSON.stringify([before.query, before.passage])}`;
    const timeoutMs = Number.parseInt(config.timeout, 10) * (config.timeout.endsWith('m') ? 60_000 : 1000);
    return {
      id: `ollama:${model}:${dimensions}${prefixes}`,
      dimensions,
      where,
      limits: { maxBatch: batchSize, maxCharacters: maxTextLength },
      async embed(texts, purpose, signal) {
        const wire = http.forClient({ headers: {}, timeoutMs, maxBytes, signal });
        try {
          const client = new OllamaEmbeddings({
            model,
            baseUrl,
            keepAlive,
            truncate: true,
            maxRetries: 0,
            onFailedAttempt: (error: unknown) => {
              throw error;
            },
            fetch: wire.fetch,
          });
          const vectors = await client.embedDocuments(texts.map((text) => before[purpose] + text));
          return vectors.map((vector) => Float32Array.from(vector));
        } catch (cause) {
          throw Object.assign(new Error('The embedding request failed.', { cause }), wire.failure);
        }
      },
    };
  },
} satisfies Plugin<'embedding', typeof schema>;
