import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Deliver, Socket } from '../contract/index.ts';
import type { Pulse } from './heartbeat.ts';

/** Frames that a channel has not read yet; past these the client is not read from. */
const maxWaitingFrames = 64;

/** A `ws` connection as a channel sees it. */
export class ChannelSocket implements Socket, Pulse {
  readonly frames: AsyncIterable<string | Uint8Array>;
  readonly deliver: Deliver;
  readonly #connection: WebSocket;
  readonly #wire: Duplex;
  readonly #maxBufferBytes: number;
  readonly #controller = new AbortController();
  readonly #waiting: (string | Uint8Array)[] = [];
  #wake: (() => void) | undefined;
  #answered = true;
  #isPonging = false;
  /** Came while a pong was on its way. */
  #lastPing: Buffer | undefined;
  #corked = false;

  /** `wire` is what the connection writes to. */
  constructor(
    connection: WebSocket,
    wire: Duplex,
    options: { readonly deliver: Deliver; readonly maxBufferBytes: number },
  ) {
    this.#connection = connection;
    this.#wire = wire;
    this.#maxBufferBytes = options.maxBufferBytes;
    this.deliver = options.deliver;
    this.frames = { [Symbol.asyncIterator]: () => this.#read() };
    connection.on('message', (data: Buffer, isBinary) => {
      this.#answered = true;
      this.#waiting.push(isBinary ? data : data.toString('utf8'));
      if (this.#waiting.length >= maxWaitingFrames) connection.pause();
      this.#wake?.();
    });
    connection.on('ping', (data: Buffer) => this.#pong(data));
    connection.on('pong', () => {
      this.#answered = true;
    });
    // `ws` closes the connection after an error (a frame too long, invalid UTF-8) with the code that fits.
    connection.on('error', () => undefined);
    connection.once('close', () => {
      this.#controller.abort(new DOMException('The socket closed.', 'AbortError'));
      this.#wake?.();
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get bufferedBytes(): number {
    return this.#connection.bufferedAmount;
  }

  send(data: string | Uint8Array): void {
    if (this.#connection.readyState !== this.#connection.OPEN) return;
    if (this.#connection.bufferedAmount > this.#maxBufferBytes) {
      // It reads nothing; a close frame would only queue behind the rest.
      this.#connection.terminate();
      return;
    }
    this.#cork();
    this.#connection.send(data);
  }

  /** What is sent without a pause goes out in one write: an answer is a dozen frames, and each write is a call of the system. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#wire.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#wire.uncork();
    });
  }

  /** Of pings that come faster than they are answered only the last one is, as RFC 6455 allows: a flood costs no memory. */
  #pong(data: Buffer): void {
    if (this.#connection.readyState !== this.#connection.OPEN) return;
    if (this.#isPonging) {
      this.#lastPing = data;
      return;
    }
    this.#isPonging = true;
    this.#connection.pong(data, false, () => {
      this.#isPonging = false;
      const next = this.#lastPing;
      this.#lastPing = undefined;
      if (next !== undefined) this.#pong(next);
    });
  }

  close(code: number, reason: string): void {
    this.#connection.close(code, reason.slice(0, 60));
  }

  beat(): 'alive' | 'dead' {
    // Its pong would not be read either; the channel reads on before it is asked again.
    if (this.#connection.isPaused) return 'alive';
    if (!this.#answered) {
      this.#connection.terminate();
      return 'dead';
    }
    this.#answered = false;
    this.#connection.ping();
    return 'alive';
  }

  async *#read(): AsyncGenerator<string | Uint8Array> {
    for (;;) {
      const frame = this.#waiting.shift();
      if (frame !== undefined) {
        if (this.#connection.isPaused && this.#waiting.length === 0) this.#connection.resume();
        yield frame;
        continue;
      }
      if (this.signal.aborted) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
