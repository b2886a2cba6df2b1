import { type Address, base } from './api.ts';
import { createFrameReader } from './event-stream.ts';
import { type OpenedSession, readEvent, type StreamEvent } from './wire.ts';

export type ConnectionStatus = 'connecting' | 'live' | 'reconnecting';

export interface ConnectionPorts {
  /** Absent where sockets are blocked: the stream then comes by fetch from the start. */
  readonly openSocket: ((url: string) => WebSocket) | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Runs `action` after a while; the answer cancels. */
  readonly later: (delayMs: number, action: () => void) => () => void;
  /** 0 to below 1. */
  readonly random: () => number;
}

export interface ConnectionOptions {
  readonly address: Address;
  readonly session: OpenedSession;
  /** The event to go on after. */
  readonly after: () => number;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onStatus: (status: ConnectionStatus) => void;
  /** The session or its token is no longer good. Nothing more will come. */
  readonly onExpired: () => void;
}

export interface Connection {
  /** Starts afresh now: the network is back, or the line seems dead. */
  restart(): void;
  close(): void;
}

const firstDelayMs = 400;
const longestDelayMs = 20_000;
/** A socket that proxies swallow neither opens nor fails. */
const openTimeoutMs = 6_000;
const pingEveryMs = 25_000;
/** A line that is silent for so long after a ping is dead, whatever the browser believes. */
const pongWithinMs = 10_000;

/** Half of the doubled delay is chance, so that a thousand browsers do not come back in the same moment. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random);
}

/** Keeps one stream of events alive, by WebSocket or, where that cannot be had, by server-sent events over fetch. */
export function openConnection(options: ConnectionOptions, ports: ConnectionPorts): Connection {
  const { address, session } = options;
  let transport: 'socket' | 'stream' = ports.openSocket ? 'socket' : 'stream';
  let attempt = 0;
  let closed = false;
  let endAttempt: () => void = () => undefined;

  const start = () => {
    if (closed) return;
    options.onStatus(attempt === 0 ? 'connecting' : 'reconnecting');
    let over = false;
    const stop = new AbortController();
    const cancelTimeout = ports.later(openTimeoutMs, () => finish('unopened'));
    const opened = () => {
      if (over) return;
      cancelTimeout();
      attempt = 0;
      options.onStatus('live');
    };
    const finish = (how: 'unopened' | 'lost' | 'expired') => {
      if (over) return;
      over = true;
      cancelTimeout();
      stop.abort();
      if (closed) return;
      if (how === 'expired') {
        closed = true;
        options.onExpired();
        return;
      }
      // A failed handshake says nothing of its reason; the stream tells with a status, and passes where sockets do not.
      if (how === 'unopened' && ports.openSocket) transport = transport === 'socket' ? 'stream' : 'socket';
      options.onStatus('reconnecting');
      const cancel = ports.later(backoffMs(attempt++, ports.random()), start);
      endAttempt = cancel;
    };
    const line: Line = {
      opened,
      lost: () => finish('lost'),
      unopened: () => finish('unopened'),
      expired: () => finish('expired'),
      frame: (event) => {
        if (!over && event) options.onEvent(event);
      },
    };
    endAttempt = () => {
      over = true;
      cancelTimeout();
      stop.abort();
    };
    const url = `${base(address)}/sessions/${encodeURIComponent(session.session)}`;
    if (transport === 'socket' && ports.openSocket) {
      const query = new URLSearchParams({ token: session.token, after: String(options.after()) });
      readSocket(ports.openSocket(`${url.replace(/^http/, 'ws')}?${query}`), ports.later, stop.signal, line);
    } else {
      void readStream(ports.fetch, `${url}/stream`, session.token, options.after(), stop.signal, line);
    }
  };

  start();
  return {
    restart() {
      if (closed) return;
      endAttempt();
      attempt = 0;
      start();
    },
    close() {
      closed = true;
      endAttempt();
    },
  };
}

/** What becomes of one attempt. */
interface Line {
  opened(): void;
  lost(): void;
  unopened(): void;
  expired(): void;
  frame(event: StreamEvent | undefined): void;
}

function readSocket(socket: WebSocket, later: ConnectionPorts['later'], signal: AbortSignal, line: Line): void {
  let open = false;
  let cancelWatch: () => void = () => undefined;
  const watch = () => {
    cancelWatch();
    cancelWatch = later(pingEveryMs, () => {
      socket.send('{"type":"ping"}');
      cancelWatch = later(pongWithinMs, line.lost);
    });
  };
  socket.onopen = () => {
    open = true;
    line.opened();
    watch();
  };
  socket.onmessage = ({ data }) => {
    watch();
    if (typeof data === 'string') line.frame(readEvent(parse(data)));
  };
  socket.onclose = () => (open ? line.lost() : line.unopened());
  // A page whose content security policy forbids the socket hears of an error and of no closing.
  socket.onerror = () => {
    if (!open) line.unopened();
  };
  signal.addEventListener('abort', () => {
    cancelWatch();
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  });
}

async function readStream(
  fetch: typeof globalThis.fetch,
  url: string,
  token: string,
  after: number,
  signal: AbortSignal,
  line: Line,
): Promise<void> {
  try {
    const response = await fetch(`${url}?after=${after}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, 'last-event-id': String(after) },
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
    if ([401, 404, 410].includes(response.status)) return line.expired();
    if (!response.ok || !response.body) return line.unopened();
    line.opened();
    const read = createFrameReader();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (const { event, id, data } of read(part.value)) line.frame(readEvent(parse(data), event, id));
    }
    line.lost();
  } catch {
    line.unopened();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
