import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Clock, PolyphonError } from 'polyphon/plugin';
import type { WorkerAnswer, WorkerRequest } from './page-worker.ts';
import type { PageRequest, ReadPage } from './read-page.ts';

const timeoutMs = 20_000;
const memoryMb = 256;

/** Reads pages in a worker, one at a time, that starts with the first and ends with `dispose`. A page that costs too much costs its worker. */
export class PageReader implements AsyncDisposable {
  readonly #clock: Clock;
  #worker: Worker | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws PolyphonError SRC8103. The bytes are handed over. */
  async page(page: PageRequest, signal: AbortSignal): Promise<ReadPage> {
    const answer = await this.#ask({ kind: 'page', page }, page.bytes, signal);
    if (answer.kind !== 'page') throw unreadable('it is not the HTML that it says it is');
    return answer.page;
  }

  /** @throws PolyphonError SRC8103. The bytes are handed over. */
  async sitemap(bytes: Uint8Array, signal: AbortSignal) {
    const answer = await this.#ask({ kind: 'sitemap', bytes }, bytes, signal);
    if (answer.kind !== 'sitemap') throw unreadable('it is not the XML that it says it is');
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(request: WorkerRequest, bytes: Uint8Array, signal: AbortSignal): Promise<WorkerAnswer> {
    signal.throwIfAborted();
    const worker = this.#worker ?? this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    using deadline = this.#clock.deadline(timeoutMs);
    const onExit = (): void => reject(unreadable(`it needs more than ${memoryMb} MB of memory to read`));
    const onTimeout = (): void => reject(unreadable(`reading it takes longer than ${timeoutMs / 1000} s`));
    const onAbort = (): void => reject(signal.reason);
    worker.once('message', resolve).once('error', onExit).once('exit', onExit);
    deadline.signal.addEventListener('abort', onTimeout, { once: true });
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
      worker.postMessage(request, whole ? [bytes.buffer as ArrayBuffer] : []);
      return await promise;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    } finally {
      worker.off('message', resolve).off('error', onExit).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #start(): Worker {
    const self = fileURLToPath(import.meta.url);
    const worker = new Worker(new URL(`./page-worker${extname(self)}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      stdout: true,
      stderr: true,
    });
    worker.unref();
    // An error after its last answer must not end the process.
    worker.on('error', () => {});
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }
}

function unreadable(what: string): PolyphonError {
  return new PolyphonError('SRC8103', `The page cannot be read: ${what}. Correct it, or leave it out by \`exclude:\`.`);
}
