import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { BuildAnswer, BuildOrder } from './build-message.ts';
import { placesFor } from './build-settings.ts';
import type { LabelledVector } from './vector-index.ts';

export interface BuildRequest {
  readonly dimensions: number;
  /** How many vectors there will be, about. */
  readonly expected: number;
  /** An index file that has been checked, to go on from. */
  readonly from?: string;
  readonly vectors: AsyncIterable<LabelledVector>;
  /** Labels in `from` that no longer count. */
  readonly gone: readonly number[];
  /** Where the index is written. */
  readonly path: string;
}

/** Vectors handed over in one message: half a megabyte, copied in 0.2 ms. */
const vectorsAtOnce = 128;
/** Pages on their way, so that a large corpus never lies in memory twice. */
const maxPagesAhead = 4;

/** Builds of all tenants, one after the other: two at once would take the processors from the chats and end no earlier. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Builds an index file in a thread of its own and gives back the labels that were added.
 *
 * A thread and not a child process, though a fault in native code ends the process either way it is loaded: what this thread reads
 * comes from the store (sizes and numbers are checked here) or from a file whose checksum is right, and the finished index must be
 * loaded into the process that searches anyway. A child would cost 45 MB and a copy of every vector through a pipe, and would guard
 * only the half that has never been seen to fail.
 */
export function buildIndex(request: BuildRequest, signal: AbortSignal): Promise<readonly number[]> {
  const turn = queue.then(() => build(request, signal));
  queue = turn.catch(() => {});
  return turn;
}

async function build(request: BuildRequest, signal: AbortSignal): Promise<readonly number[]> {
  signal.throwIfAborted();
  await using thread = new BuildThread(signal);
  const { dimensions, from } = request;
  thread.tell({
    kind: 'begin',
    dimensions,
    places: placesFor(request.expected),
    ...(from === undefined ? {} : { from }),
  });
  const added: number[] = [];
  let labels: number[] = [];
  let vectors = new Float32Array(vectorsAtOnce * dimensions);
  const send = async (): Promise<void> => {
    if (labels.length === 0) return;
    await thread.page({ kind: 'page', labels, vectors }, vectors.buffer);
    labels = [];
    vectors = new Float32Array(vectorsAtOnce * dimensions);
  };
  for await (const { label, vector } of request.vectors) {
    if (!fits(vector, dimensions)) continue;
    added.push(label);
    vectors.set(vector, labels.length * dimensions);
    labels.push(label);
    if (labels.length === vectorsAtOnce) await send();
  }
  await send();
  await thread.finish({ gone: request.gone, path: request.path });
  return added;
}

/** The native code believes what it is given: a number that is none breaks its order. */
function fits(vector: Float32Array, dimensions: number): boolean {
  return vector.length === dimensions && vector.every(Number.isFinite);
}

class BuildThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;
  readonly #failed = Promise.withResolvers<never>();
  readonly #onAbort = (): void => this.#failed.reject(this.#signal.reason);
  #ahead = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  readonly #saved = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const ending = extname(fileURLToPath(import.meta.url));
    this.#worker = new Worker(new URL(`./build-worker${ending}`, import.meta.url), { stdout: true, stderr: true });
    this.#failed.promise.catch(() => {});
    this.#worker.unref();
    this.#worker.on('message', (answer: BuildAnswer) => this.#hear(answer));
    this.#worker.once('error', (error) => this.#failed.reject(error));
    this.#worker.once('exit', () => {
      this.#failed.reject(new Error('the building thread ended'));
      this.#exited.resolve();
    });
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  tell(order: BuildOrder, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  /** Resolves when the thread can take another page. */
  async page(order: BuildOrder, buffer: ArrayBuffer): Promise<void> {
    this.tell(order, [buffer]);
    this.#ahead += 1;
    if (this.#ahead < maxPagesAhead) return;
    this.#waiting = Promise.withResolvers();
    await Promise.race([this.#waiting.promise, this.#failed.promise]);
  }

  async finish(end: { readonly gone: readonly number[]; readonly path: string }): Promise<void> {
    this.tell({ kind: 'finish', ...end });
    await Promise.race([this.#saved.promise, this.#failed.promise]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    // Asked to end, not terminated: native code that is cut off while it loads or throws ends the whole process.
    this.tell({ kind: 'stop' });
    this.#worker.ref();
    await this.#exited.promise;
  }

  #hear(answer: BuildAnswer): void {
    switch (answer.kind) {
      case 'added':
        this.#ahead -= 1;
        this.#waiting?.resolve();
        return;
      case 'saved':
        this.#saved.resolve();
        return;
      case 'failed':
        this.#failed.reject(new Error(`the building thread could not go on: ${answer.reason}`));
        return;
      default:
        answer satisfies never;
    }
  }
}
