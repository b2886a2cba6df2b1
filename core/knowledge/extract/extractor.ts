import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Clock, PolyphonError } from '../../contract/index.ts';
import type { ExtractedText } from './block.ts';
import { extract } from './extract.ts';
import { type ExtractLimits, extractLimits } from './limits.ts';
import type { WorkerAnswer } from './worker-answer.ts';

/** Up to here reading takes a few milliseconds, less than handing it to a worker and far less than starting one (80 ms). */
const inlineBytes: Readonly<Record<string, number>> = {
  'text/markdown': 64 * 1024,
  'text/plain': 256 * 1024,
  'text/csv': 64 * 1024,
  'text/tab-separated-values': 64 * 1024,
  'text/html': 8 * 1024,
};

/** How often a worker's memory outside its heap is looked at. */
const memoryCheckMs = 100;

/**
 * Reads documents, large and intricate ones in a worker: it starts with the first such document and ends with `close`. A document
 * that takes too long or too much costs its worker; the next one gets a new one.
 */
export class Extractor implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #limits: ExtractLimits;
  #worker: Worker | undefined;
  /** One document at a time: two would share one memory limit. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, limits: ExtractLimits = extractLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** @throws PolyphonError KNW8003 to KNW8007. The bytes may be detached. */
  async extract(bytes: Uint8Array, mediaType: string, signal: AbortSignal): Promise<ExtractedText> {
    const limits = this.#limits;
    const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
    if (bytes.byteLength <= (inlineBytes[type] ?? 0)) return extract({ bytes, mediaType, limits });
    const turn = this.#last.then(() => this.#extractInWorker(bytes, mediaType, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #extractInWorker(bytes: Uint8Array, mediaType: string, signal: AbortSignal): Promise<ExtractedText> {
    signal.throwIfAborted();
    const worker = this.#worker ?? this.#start();
    using deadline = this.#clock.deadline(this.#limits.timeoutMs);
    const over = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    const onError = (error: unknown) => reject(workerFailure(error, this.#limits));
    const onExit = () => reject(workerFailure(undefined, this.#limits));
    const onTimeout = () => reject(tooLong(this.#limits));
    const onAbort = () => reject(signal.reason);
    worker.once('message', resolve).once('error', onError).once('exit', onExit);
    deadline.signal.addEventListener('abort', onTimeout, { once: true });
    signal.addEventListener('abort', onAbort, { once: true });
    void this.#watchMemory(worker, over.signal).then(
      (tooMuch) => tooMuch && reject(tooMuchMemory(this.#limits)),
      () => {},
    );
    try {
      // Handed over, not copied, where the buffer holds nothing else.
      const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
      worker.postMessage({ bytes, mediaType, limits: this.#limits }, whole ? [bytes.buffer] : []);
      const answer = await promise;
      if (answer.ok === 'no') throw new PolyphonError(answer.code, answer.message);
      return answer.text;
    } catch (error) {
      // Only an answer leaves the worker fit for another document.
      if (!(error instanceof PolyphonError) || error.code === 'KNW8005') await this.close();
      throw error;
    } finally {
      over.abort();
      worker.off('message', resolve).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #start(): Worker {
    const self = fileURLToPath(import.meta.url);
    const worker = new Worker(new URL(`./extract-worker${extname(self)}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
      stdout: true,
      stderr: true,
    });
    worker.unref();
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }

  /** `resourceLimits` counts objects only; unpacked streams are buffers outside the heap. */
  async #watchMemory(worker: Worker, over: AbortSignal): Promise<boolean> {
    for (;;) {
      await this.#clock.sleep(memoryCheckMs, over);
      const { external_memory: external } = await worker.getHeapStatistics();
      if (external > this.#limits.memoryMb * 1024 * 1024) return true;
    }
  }
}

function workerFailure(error: unknown, limits: ExtractLimits): PolyphonError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return tooMuchMemory(limits);
  return new PolyphonError(
    'KNW8005',
    'Reading the document ended the process that read it. Save it again in a simpler form and replace the file.',
    { cause: error },
  );
}

function tooLong(limits: ExtractLimits): PolyphonError {
  return new PolyphonError(
    'KNW8005',
    `Reading the document took longer than ${limits.timeoutMs / 1000} s. Split it into smaller files.`,
  );
}

function tooMuchMemory(limits: ExtractLimits): PolyphonError {
  return new PolyphonError(
    'KNW8005',
    `Reading the document needs more than ${limits.memoryMb} MB of memory. Split it into smaller files.`,
  );
}
