import type { Clock, Retrieval } from '../contract/index.ts';

/** What answers with vectors that are whole, opened apart from the revision that asks for others. */
export interface EarlierRevision extends AsyncDisposable {
  lease(): Disposable;
  port<Port>(token: string): Promise<Port>;
}

export interface EarlierSearchOptions<Revision extends EarlierRevision = EarlierRevision> {
  /** The embedding whose vectors are whole; undefined before any were. */
  servedId(): string | undefined;
  /** Opens what searched with it; never rejects. Undefined where that cannot be had any more; then the log has been told. */
  open(embeddingId: string): Promise<Revision | undefined>;
  /** Closes it when nobody searches with it any more. */
  retire(revision: Revision): void;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** What could not be opened is not tried again with each question. */
const tryAgainMs = 60_000;

interface Opening<Revision> {
  readonly embeddingId: string;
  readonly revision: Promise<Revision | undefined>;
  readonly atMs: number;
  /** Once it is there; `none` where it could not be had. */
  retrieval: Retrieval | 'none' | undefined;
}

/** The search that goes on with an earlier embedding while the vectors of the one that is asked for are made. Opened on first use. */
export class EarlierSearch<Revision extends EarlierRevision> implements AsyncDisposable {
  readonly #options: EarlierSearchOptions<Revision>;
  #opening: Opening<Revision> | undefined;

  constructor(options: EarlierSearchOptions<Revision>) {
    this.#options = options;
  }

  /** Undefined where nothing has asked for it. */
  get retrieval(): Retrieval | undefined {
    const retrieval = this.#opening?.retrieval;
    return retrieval === 'none' ? undefined : retrieval;
  }

  get servedId(): string | undefined {
    return this.#options.servedId();
  }

  /** The lease keeps it open. Undefined where it cannot be had. */
  async use(embeddingId: string): Promise<{ readonly retrieval: Retrieval; readonly lease: Disposable } | undefined> {
    const opening = this.#current(embeddingId);
    const revision = await opening.revision;
    // It may have been closed while this waited: then others serve.
    if (revision === undefined || this.#opening !== opening) {
      opening.retrieval = 'none';
      return undefined;
    }
    const lease = revision.lease();
    try {
      const retrieval = await revision.port<Retrieval>('retrieval:retrieval');
      opening.retrieval = retrieval;
      return { retrieval, lease };
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  }

  /** Others serve: it closes when the last search in it has ended. */
  close(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    void opening?.revision.then((revision) => revision !== undefined && this.#options.retire(revision));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.revision)?.[Symbol.asyncDispose]();
  }

  #current(embeddingId: string): Opening<Revision> {
    const known = this.#opening;
    const nowMs = this.#options.clock.monotonicMs();
    const isOver = known?.retrieval === 'none' && nowMs - known.atMs >= tryAgainMs;
    if (known?.embeddingId === embeddingId && !isOver) return known;
    this.close();
    const revision = this.#options.open(embeddingId);
    const opening: Opening<Revision> = { embeddingId, revision, atMs: nowMs, retrieval: undefined };
    this.#opening = opening;
    return opening;
  }
}
