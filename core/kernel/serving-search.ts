import type { Embedding, Passage, Retrieval, RetrievalQuery } from '../contract/index.ts';
import type { EarlierRevision, EarlierSearch } from './earlier-search.ts';

export interface ServingSearchOptions {
  /** Of the definition, opened on first use. */
  embedding(): Promise<Embedding>;
  retrieval(): Promise<Retrieval>;
  /** The same if it is open. */
  openRetrieval(): Retrieval | undefined;
  /** Opens one that needs no embedding; `why` it does not open. */
  words(why: unknown): Promise<Retrieval>;
  /** Absent where the retrieval has no use for an embedding. */
  readonly earlier?: EarlierSearch<EarlierRevision> | undefined;
}

type Chosen = { readonly retrieval: Retrieval } & Disposable;

/**
 * The search of a revision: its own where the vectors of its embedding are whole, else the one that they were whole for before. Where
 * neither embedding opens, words answer from what is stored.
 */
export class ServingSearch implements Retrieval, AsyncDisposable {
  readonly #options: ServingSearchOptions;
  #words: Promise<Retrieval> | undefined;

  constructor(options: ServingSearchOptions) {
    this.#options = options;
  }

  /** Whether somebody has searched. */
  get isOpen(): boolean {
    return this.#serving !== undefined;
  }

  /** @throws PolyphonError PLG2006 where none can be opened, or nothing is stored that words could find. */
  async open(): Promise<void> {
    using _chosen = await this.#choose();
  }

  async search(query: RetrievalQuery, signal: AbortSignal): Promise<readonly Passage[]> {
    using chosen = await this.#choose();
    return await chosen.retrieval.search(query, signal);
  }

  async sync(signal: AbortSignal): Promise<void> {
    await this.#serving?.sync(signal);
  }

  status(): ReturnType<Retrieval['status']> {
    return this.#serving?.status() ?? { engine: 'lexical', chunks: 0, bytes: 0 };
  }

  /** Makes the revision's own search ready to take over, where somebody searches. */
  async prepare(signal: AbortSignal): Promise<void> {
    if (!this.isOpen) return;
    const own = await this.#options.retrieval();
    await own.prepare?.(signal);
  }

  /** The revision's own serves from now on. */
  takeOver(): void {
    this.#options.earlier?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.earlier?.[Symbol.asyncDispose]();
  }

  get #serving(): Retrieval | undefined {
    return this.#options.earlier?.retrieval ?? this.#options.openRetrieval();
  }

  async #choose(): Promise<Chosen> {
    const { earlier } = this.#options;
    const servedId = earlier?.servedId;
    if (earlier === undefined || servedId === undefined) return this.#own();
    const wanted = await this.#options.embedding().catch((error: unknown) => ({ id: undefined, error }));
    if (wanted.id === servedId) {
      // Another process may have made the last vector.
      earlier.close();
      return this.#own();
    }
    const found = await earlier.use(servedId);
    if (found !== undefined)
      return { retrieval: found.retrieval, [Symbol.dispose]: () => found.lease[Symbol.dispose]() };
    return 'error' in wanted ? this.#byWords(wanted.error) : this.#own();
  }

  async #byWords(why: unknown): Promise<Chosen> {
    this.#words ??= this.#options.words(why).catch((error: unknown) => {
      this.#words = undefined;
      throw error;
    });
    return { retrieval: await this.#words, [Symbol.dispose]: () => {} };
  }

  async #own(): Promise<Chosen> {
    return { retrieval: await this.#options.retrieval(), [Symbol.dispose]: () => {} };
  }
}
