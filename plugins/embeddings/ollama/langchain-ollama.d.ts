/** What is used of @langchain/ollama. Its own types are missing where npm has left it out, and the project is built there too. */
declare module '@langchain/ollama' {
  export class OllamaEmbeddings {
    constructor(options: {
      readonly model: string;
      readonly baseUrl: string;
      readonly keepAlive: string;
      readonly truncate: boolean;
      readonly maxRetries: number;
      readonly onFailedAttempt: (error: unknown) => void;
      readonly fetch: typeof fetch;
    });
    embedDocuments(texts: string[]): Promise<number[][]>;
  }
}
