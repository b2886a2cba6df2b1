import { connect, type Socket } from 'node:net';
import { decodeFrames, encodeFrame, opcodes } from './frame-codec.ts';

/** What a server said on one connection. */
export class WireSocket implements AsyncDisposable {
  /** Of the answer to the upgrade; 101 where it was taken. */
  readonly status: number;
  /** The `type` of each event, and what else matters of it. */
  readonly events: { readonly type: string; readonly status?: number }[] = [];
  /** All that came, as text. */
  readonly words: string[] = [];
  pongs = 0;
  /** In hex. */
  lastPong = '';
  /** Of the server's close frame; 1005 where it gave none. */
  closeCode: number | undefined;
  hasEnded = false;
  readonly #wire: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;

  private constructor(wire: Socket, status: number, rest: Buffer) {
    this.#wire = wire;
    this.status = status;
    wire.on('data', (bytes: Buffer) => this.#take(bytes));
    // What the server closes while we still write resets.
    wire.on('error', () => undefined);
    wire.once('close', () => {
      this.hasEnded = true;
      this.#wake?.();
    });
    if (status === 101) this.#take(rest);
    else this.words.push(rest.toString());
  }

  /** @throws Error when the server ends the connection without an answer. */
  static async open(origin: string, path: string, headers: Readonly<Record<string, string>>): Promise<WireSocket> {
    const { hostname, port, host } = new URL(origin);
    const wire = connect(Number(port), hostname);
    const lines = Object.entries({ host, connection: 'Upgrade', upgrade: 'websocket', ...headers });
    wire.write(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    let head: Buffer = Buffer.alloc(0);
    const answered = Promise.withResolvers<void>();
    const more = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      if (head.includes('\r\n\r\n')) answered.resolve();
    };
    const failed = (): void => answered.reject(new Error('The server ended the connection without an answer.'));
    wire.on('data', more).once('close', failed).on('error', failed);
    await answered.promise;
    wire.off('data', more).off('close', failed).off('error', failed);
    const end = head.indexOf('\r\n\r\n');
    return new WireSocket(wire, Number(head.subarray(9, 12).toString()), head.subarray(end + 4));
  }

  write(bytes: Uint8Array): void {
    if (!this.#wire.destroyed) this.#wire.write(bytes);
  }

  /** Says that nothing more comes, and reads on. */
  end(): void {
    this.#wire.end();
  }

  /** Ends the connection as one whose network is gone. */
  drop(): void {
    this.#wire.destroy();
  }

  /** Waits until the condition holds. False when nothing has come for so long. */
  async until(holds: () => boolean, patienceMs: number): Promise<boolean> {
    while (!holds()) {
      const woken = Promise.withResolvers<'more' | 'nothing'>();
      this.#wake = () => woken.resolve('more');
      const timer = setTimeout(() => woken.resolve('nothing'), patienceMs);
      const what = await woken.promise;
      clearTimeout(timer);
      if (what === 'nothing') return holds();
      if (this.hasEnded) return holds();
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.hasEnded) return;
    const closed = new Promise((resolve) => this.#wire.once('close', resolve));
    this.#wire.destroy();
    await closed;
  }

  #take(bytes: Buffer): void {
    this.#rest = decodeFrames(Buffer.concat([this.#rest, bytes]), (opcode, payload) => {
      // The server ends who does not answer its own pings.
      if (opcode === opcodes.ping) this.write(encodeFrame({ opcode: opcodes.pong, payload }));
      if (opcode === opcodes.pong) {
        this.pongs += 1;
        this.lastPong = payload.toString('hex');
      }
      if (opcode === opcodes.close) this.closeCode = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
      if (opcode !== opcodes.text) return;
      const text = payload.toString();
      this.words.push(text);
      this.events.push(JSON.parse(text) as { type: string });
    });
    this.#wake?.();
  }
}
