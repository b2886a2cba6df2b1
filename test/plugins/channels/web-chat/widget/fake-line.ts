import type { ConnectionPorts } from '../../../../../plugins/channels/web-chat/widget/panel/connection.ts';

/** Timers that run when the test says so. */
export function createTimers() {
  const waiting: { readonly at: number; readonly action: () => void }[] = [];
  let now = 0;
  return {
    later(delayMs: number, action: () => void): () => void {
      const entry = { at: now + delayMs, action };
      waiting.push(entry);
      return () => {
        const at = waiting.indexOf(entry);
        if (at >= 0) waiting.splice(at, 1);
      };
    },
    /** Milliseconds until each timer that waits. */
    pending: () => waiting.map(({ at }) => at - now).toSorted((a, b) => a - b),
    advance(ms: number): void {
      const until = now + ms;
      for (;;) {
        const [next] = waiting.toSorted((a, b) => a.at - b.at);
        if (!next || next.at > until) break;
        waiting.splice(waiting.indexOf(next), 1);
        now = next.at;
        next.action();
      }
      now = until;
    },
  };
}

/** A socket as the browser's, moved by the test. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: string[] = [];
  readonly url: URL;
  closed = false;

  constructor(url: string) {
    this.url = new URL(url);
  }

  open(): void {
    this.onopen?.();
  }
  tell(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
  fall(): void {
    this.onclose?.({ code: 1006 });
  }
  /** As a browser does where the page's content security policy forbids the socket: no close event follows. */
  forbid(): void {
    this.onerror?.();
  }
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
}

export function createFakeLine() {
  const timers = createTimers();
  const sockets: FakeSocket[] = [];
  const streams: { readonly url: URL; answer(response: Response): void; fail(): void }[] = [];
  const ports: ConnectionPorts = {
    openSocket: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    fetch: (input) =>
      new Promise<Response>((resolve, reject) => {
        streams.push({ url: new URL(String(input)), answer: resolve, fail: () => reject(new TypeError('network')) });
      }),
    later: timers.later,
    random: () => 0.5,
  };
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('No socket was opened.');
    return socket;
  };
  return { ports, timers, sockets, streams, last };
}
