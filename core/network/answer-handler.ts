import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type Answer, announcedBytes, withoutBody } from './answer.ts';

type Headers = Answer['headers'];

/** A body that says it is no longer than this is read at once: a stream costs more than such a body. */
const maxReadAtOnce = 65_536;

/**
 * One request at undici's `dispatch`. Not its `request`, which makes a stream of every body and an async resource of every
 * request, of which a short answer needs neither; and it does not hear the signal while the request waits for a connection.
 */
export function answerOf(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { url, signal }: { readonly url: URL; readonly signal: AbortSignal },
): Promise<Answer> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  agent.dispatch(request, new AnswerHandler(url, request.method === 'HEAD', signal, resolve, reject));
  return promise;
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #url: URL;
  readonly #isHead: boolean;
  readonly #signal: AbortSignal;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #head: Omit<Answer, 'body'> | undefined;
  /** What has come of a short body. */
  #parts: Buffer[] = [];
  /** A body that is not short. */
  #stream: Readable | undefined;
  #isOver = false;

  constructor(
    url: URL,
    isHead: boolean,
    signal: AbortSignal,
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#url = url;
    this.#isHead = isHead;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener('abort', this, { once: true });
  }

  /** The signal has aborted. While the request waits for a connection nobody else would hear of it. */
  handleEvent(): void {
    if (this.#controller === undefined) this.#fail(this.#signal.reason);
    else this.#controller.abort(this.#signal.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#signal.reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers, statusText = ''): void {
    // More is to come: 100 Continue, 103 Early Hints.
    if (status < 200) return;
    this.#head = { status, statusText, headers, url: this.#url };
    if (this.#isHead || withoutBody.has(status) || isShort(headers)) return;
    this.#stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.#isOver) controller.abort(error ?? new DOMException('Nobody reads on.', 'AbortError'));
        done(error);
      },
    });
    // It may break before anybody reads it, who then is told.
    this.#stream.on('error', () => undefined);
    this.#resolve({ ...this.#head, body: this.#stream });
  }

  onResponseData(controller: Dispatcher.DispatchController, part: Buffer): void {
    if (this.#stream === undefined) this.#parts.push(part);
    else if (!this.#stream.push(part)) controller.pause();
  }

  onResponseEnd(): void {
    this.#end();
    if (this.#stream !== undefined) this.#stream.push(null);
    else if (this.#head !== undefined) this.#resolve({ ...this.#head, body: whole(this.#parts) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#end();
    if (this.#stream === undefined) this.#reject(error);
    else this.#stream.destroy(error instanceof Error ? error : new Error('The connection failed.', { cause: error }));
  }

  #end(): void {
    this.#isOver = true;
    this.#signal.removeEventListener('abort', this);
  }
}

function isShort(headers: Headers): boolean {
  if (headers['content-encoding'] !== undefined || isEventStream(headers)) return false;
  return announcedBytes(headers) <= maxReadAtOnce;
}

function isEventStream(headers: Headers): boolean {
  return String(headers['content-type'] ?? '').startsWith('text/event-stream');
}

/** Copied: the parts are views of what the socket has read. */
function whole(parts: readonly Buffer[]): ArrayBuffer {
  const [first] = parts;
  const bytes = first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
