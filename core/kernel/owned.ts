import type { Logger } from '../contract/index.ts';

/**
 * What a plugin acquired. Released one at a time, last first; a release that fails is logged and the rest go on.
 * AsyncDisposableStack does the same but gathers failures in nested SuppressedErrors that name nothing.
 */
export class Owned implements AsyncDisposable {
  readonly #resources: (AsyncDisposable | Disposable)[] = [];
  readonly #log: Logger;
  #state: 'open' | 'closed' = 'open';

  constructor(log: Logger) {
    this.#log = log;
  }

  add<R extends AsyncDisposable | Disposable>(resource: R): R {
    // A resource that arrives after the close would otherwise never be released.
    if (this.#state === 'closed') void release(resource, this.#log);
    else this.#resources.push(resource);
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed';
    for (let resource = this.#resources.pop(); resource !== undefined; resource = this.#resources.pop()) {
      await release(resource, this.#log);
    }
  }
}

async function release(resource: AsyncDisposable | Disposable, log: Logger): Promise<void> {
  try {
    if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
    else resource[Symbol.dispose]();
  } catch (error) {
    log.error('a resource could not be released', { error });
  }
}
