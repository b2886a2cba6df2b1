import { PolyphonError } from 'polyphon/plugin';

/** What is used of `@huggingface/transformers` 3 and 4. */
export interface TransformersModule {
  readonly env: {
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
  };
  pipeline(
    task: 'feature-extraction',
    model: string,
    options: { readonly dtype: string; readonly local_files_only: boolean },
  ): Promise<Extractor>;
}

export interface Extractor {
  (texts: string[], options: { readonly pooling: string; readonly normalize: boolean }): Promise<Vectors>;
  dispose?(): Promise<unknown>;
}
export interface Vectors {
  readonly data: ArrayLike<number>;
  /** Texts and dimensions. */
  readonly dims: readonly number[];
}

export interface ModelChoice {
  readonly model: string;
  readonly folder: string | undefined;
  readonly dtype: string;
}

export type ImportTransformers = () => Promise<TransformersModule>;

interface Held {
  readonly extractor: Promise<Extractor>;
  users: number;
}

/**
 * Models in memory, each once for all tenants that name it: the smallest takes 120 MB. Runs of one model come one after the other,
 * because each takes all processors.
 */
export class SharedModels {
  readonly #import: ImportTransformers;
  readonly #held = new Map<string, Held>();
  /** The package's settings hold for the whole process: one model is loaded at a time. */
  #loading: Promise<unknown> = Promise.resolve();
  #running: Promise<unknown> = Promise.resolve();

  constructor(importTransformers: ImportTransformers) {
    this.#import = importTransformers;
  }

  /** @throws PolyphonError EMB8208. */
  async hold(choice: ModelChoice): Promise<{ run: Extractor } & AsyncDisposable> {
    const key = JSON.stringify([choice.model, choice.folder, choice.dtype]);
    const held = this.#held.get(key) ?? { extractor: this.#load(choice), users: 0 };
    this.#held.set(key, held);
    held.users += 1;
    const release = async (): Promise<void> => {
      held.users -= 1;
      if (held.users > 0) return;
      this.#held.delete(key);
      const extractor = await held.extractor.catch(() => undefined);
      await this.#running;
      await extractor?.dispose?.();
    };
    let extractor: Extractor;
    try {
      extractor = await held.extractor;
    } catch (error) {
      await release();
      throw error;
    }
    return {
      run: (texts, options) => {
        const run = this.#running.then(() => extractor(texts, options));
        this.#running = run.catch(() => {});
        return run;
      },
      [Symbol.asyncDispose]: release,
    };
  }

  #load(choice: ModelChoice): Promise<Extractor> {
    const load = this.#loading.then(() => this.#open(choice));
    this.#loading = load.catch(() => {});
    return load;
  }

  async #open({ model, folder, dtype }: ModelChoice): Promise<Extractor> {
    let transformers: TransformersModule;
    try {
      transformers = await this.#import();
    } catch (error) {
      throw new PolyphonError(
        'EMB8208',
        'Embedding transformers: the package that runs models is not installed. Run `npm install @huggingface/transformers`.',
        { cause: error },
      );
    }
    const isLocal = folder !== undefined;
    transformers.env.allowLocalModels = isLocal;
    transformers.env.allowRemoteModels = !isLocal;
    if (isLocal) transformers.env.localModelPath = folder;
    try {
      return await transformers.pipeline('feature-extraction', model, { dtype, local_files_only: isLocal });
    } catch (error) {
      const place = isLocal ? `below ${folder}` : 'at the hub';
      throw new PolyphonError(
        'EMB8208',
        `Embedding transformers: the model '${model}' could not be loaded ${place} as ${dtype}. Check its name, that it has ONNX files of this precision, and the network.`,
        { cause: error },
      );
    }
  }
}
