/** Text to vectors of unit length. */
export interface Embedding {
  /** Changes whenever the vectors would: model, version and dimensions. Stored beside each vector. */
  readonly id: string;
  readonly dimensions: number;
  /** One vector a text, in order. Inputs over the model's limit are cut by the plugin. */
  embed(texts: readonly string[], purpose: 'passage' | 'query', signal: AbortSignal): Promise<readonly Float32Array[]>;
}
