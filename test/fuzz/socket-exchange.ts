import type { Chance } from './chance.ts';
import type { Step } from './socket-script.ts';
import type { WireSocket } from './wire-socket.ts';

const patienceMs = 15_000;
/** An event of its own for each message; what else comes is what the session says to all its sockets. */
const answers: ReadonlySet<string> = new Set(['ack', 'error', 'pong']);
/** So many malformed messages end a connection. */
const faultsAllowed = 20;

/** One connection played by a script, and what the server made of it. */
export class SocketExchange {
  readonly socket: WireSocket;
  frames = 0;
  readonly #script: readonly Step[];
  #expected = 0;
  #ping = '';
  #closes: Step['closes'];
  #wasDropped = false;

  constructor(socket: WireSocket, script: readonly Step[]) {
    this.socket = socket;
    this.#script = script;
  }

  get answered() {
    return this.socket.events.filter(({ type }) => answers.has(type));
  }

  get errors() {
    return this.answered.filter(({ type }) => type === 'error');
  }

  /** Writes all of it, now and then without waiting for answers, and waits until the server has said what it will. */
  async play(chance: Chance): Promise<void> {
    const { socket } = this;
    for (const step of this.#script) {
      socket.write(step.bytes);
      this.frames += step.frames;
      // What comes after the end is for nobody.
      if (this.#closes !== undefined) break;
      this.#expected += step.answers ?? 0;
      this.#ping = step.ping ?? this.#ping;
      this.#closes = step.closes;
      if (this.#closes === undefined && chance.happens(0.5)) await this.#answer();
      if (this.#closes === undefined && chance.happens(0.02)) {
        this.#wasDropped = true;
        socket.drop();
        return;
      }
    }
    await this.#answer();
    // Clients end after a close frame; with one that does not the server loses its patience after 5 s.
    if (socket.closeCode !== undefined && chance.happens(0.95)) socket.end();
    if (socket.closeCode !== undefined) await socket.until(() => socket.hasEnded, patienceMs);
  }

  /** What is wrong with how the server took it; empty where all is well. */
  objection(): string {
    const { socket, answered, errors } = this;
    const ours = errors.find(({ status = 0 }) => status < 400 || status >= 500);
    if (ours !== undefined) return `an error of ours: ${JSON.stringify(ours)}`;
    if (answered.length > this.#expected) return `${answered.length} answers to ${this.#expected} messages`;
    if (this.#wasDropped) return '';
    if (socket.closeCode === 1008 && errors.length >= faultsAllowed) return socket.hasEnded ? '' : 'it stayed open';
    if (this.#closes !== undefined) {
      if (socket.closeCode === undefined || !this.#closes.includes(socket.closeCode))
        return `closed with ${socket.closeCode}, and not with ${this.#closes.join(' or ')}`;
      return socket.hasEnded ? '' : 'it stayed open';
    }
    if (socket.closeCode !== undefined || socket.hasEnded) return `closed with ${socket.closeCode} for no reason`;
    if (answered.length < this.#expected) return `${answered.length} answers to ${this.#expected} messages`;
    return socket.lastPong === this.#ping ? '' : 'the last ping was not answered';
  }

  /** All that was sent is answered, or the server has closed. */
  async #answer(): Promise<void> {
    const { socket } = this;
    const isAnswered = () =>
      this.#closes === undefined && this.answered.length >= this.#expected && socket.lastPong === this.#ping;
    await socket.until(() => socket.closeCode !== undefined || isAnswered(), patienceMs);
  }
}

/** What came of all connections. */
export class SocketFigures {
  frames = 0;
  connections = 0;
  answers = 0;
  errors = 0;
  pongs = 0;
  /** How often each code closed one. */
  readonly closes: Record<string, number> = {};

  count({ socket, frames, answered, errors }: SocketExchange): void {
    this.frames += frames;
    this.connections += 1;
    this.answers += answered.length;
    this.errors += errors.length;
    this.pongs += socket.pongs;
    if (socket.closeCode !== undefined) this.closes[socket.closeCode] = (this.closes[socket.closeCode] ?? 0) + 1;
  }
}
