import type { ClientHttp } from 'polyphon/plugin';

export type EmbedTexts = (
  texts: readonly string[],
  fetch: ClientHttp['fetch'],
) => Promise<readonly (readonly number[])[]>;

/** LangChain's client. Loading it takes about 200 ms and 30 MB: once, when the first bot uses it. */
export async function loadClient(settings: {
  readonly model: string;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly dimensions: number | undefined;
  readonly batchSize: number;
}): Promise<EmbedTexts> {
  const { OpenAIEmbeddings } = await import('@langchain/openai');
  return async (texts, fetch) => {
    const client = new OpenAIEmbeddings({
      model: settings.model,
      // The SDK wants some key and would else look into the environment; the wire sends the tenant's or none.
      apiKey: 'none',
      ...(settings.dimensions === undefined ? {} : { dimensions: settings.dimensions }),
      batchSize: settings.batchSize,
      stripNewLines: false,
      // Servers that only speak like OpenAI do not know its base64.
      encodingFormat: 'float',
      maxRetries: 0,
      timeout: settings.timeoutMs,
      // A failure would be told here a second time, with parts of the request.
      onFailedAttempt: (error: unknown) => {
        throw error;
      },
      configuration: {
        baseURL: settings.baseUrl,
        organization: null,
        project: null,
        logLevel: 'off',
        fetch,
      },
    });
    return client.embedDocuments([...texts]);
  };
}
