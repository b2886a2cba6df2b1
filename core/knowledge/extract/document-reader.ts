import { extname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Clock, PolyphonError } from '../../contract/index.ts';
import { type ExtractLimits, extractLimits } from './limits.ts';
import type { PreparedPage, ReaderAnswer, ReaderQuestion, ReadQuestion } from './reader-message.ts';

/** How often a worker's memory outside its heap is looked at. */
const memoryCheckMs = 100;

export interface DocumentToRead extends Omit<ReadQuestion, 'limits' | 'rows'> {
  /** Puts one row of a table into words. */
  readonly renderRow?: (cells: Readonly<Record<string, string>>) => string;
}

/** A document that has been read and split. Its pages come once, in order; the next document is read when it is disposed. */
export interface OpenDocument extends Disposable {
  readonly title: string;
  readonly chunks: number;
  /** @throws PolyphonError KNW8005. */
  pages(signal: AbortSignal): AsyncGenerator<PreparedPage>;
}

/**
 * Reads and splits documents in a thread of its own, which starts with the first one and ends with `close`: parsing takes long, and
 * the tables of the language detection alone take 90 ms to load. A document that takes too long or too much costs its thread; the
 * next one gets a new one.
 */
export class DocumentReader implements AsyncDisposable {
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

  /** @throws PolyphonError KNW8003 to KNW8008. The bytes may be detached. */
  async open(document: DocumentToRead, signal: AbortSignal): Promise<OpenDocument> {
    const before = this.#last;
    const done = Promise.withResolvers<void>();
    this.#last = before.then(() => done.promise);
    try {
      await before;
      const { renderRow, ...question } = document;
      const rows = renderRow === undefined ? 'as they are' : 'handed over';
      // Handed over, not copied, where the buffer holds nothing else.
      const { bytes } = question;
      const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
      const transfer = whole ? [bytes.buffer as ArrayBuffer] : [];
      let answer = await this.#ask({ kind: 'read', ...question, limits: this.#limits, rows }, signal, transfer);
      while (answer.kind === 'rows') {
        const texts = answer.rows.map((cells) => renderRow?.(cells) ?? '');
        await nextTurn();
        answer = await this.#ask({ kind: 'texts', texts }, signal);
      }
      if (answer.kind !== 'read') throw workerFailure(undefined, this.#limits);
      const { title, chunks } = answer;
      const pages = (aborted: AbortSignal) => this.#pages(aborted);
      return { title, chunks, pages, [Symbol.dispose]: () => done.resolve() };
    } catch (error) {
      done.resolve();
      throw error;
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#pages(signal: AbortSignal): AsyncGenerator<PreparedPage> {
    for (;;) {
      const answer = await this.#ask({ kind: 'next' }, signal);
      if (answer.kind !== 'page') return;
      yield { chunks: answer.chunks, terms: answer.terms };
    }
  }

  async #ask(
    question: ReaderQuestion,
    signal: AbortSignal,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Exclude<ReaderAnswer, { readonly kind: 'failed' }>> {
    signal.throwIfAborted();
    const worker = this.#worker ?? this.#start();
    using deadline = this.#clock.deadline(this.#limits.timeoutMs);
    const over = new AbortController();
    const { promise, resolve, reject } = Promise.withResolvers<ReaderAnswer>();
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
      worker.postMessage(question, transfer);
      const answer = await promise;
      if (answer.kind === 'failed') throw new PolyphonError(answer.code, answer.message);
      return answer;
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
    const worker = new Worker(new URL(`./reader-worker${extname(self)}`, import.meta.url), {
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
