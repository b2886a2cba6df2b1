import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import type { StreamEvent } from '../../../core/contract/channel-grants.ts';
import type { Message } from '../../../core/contract/message.ts';
import { customerSite } from './customer-site.ts';
import { message, presentation, replies } from './fake-bot.ts';

export const assets = fileURLToPath(new URL('../../../dist/plugins/channels/web-chat/assets/', import.meta.url));

type Unnumbered = StreamEvent extends infer Event ? (Event extends StreamEvent ? Omit<Event, 'id'> : never) : never;

interface FakeSession {
  readonly id: string;
  readonly token: string;
  state: 'active' | 'paused' | 'closed';
  owner: 'bot' | 'human' | 'paused';
  readonly events: StreamEvent[];
  readonly history: Message[];
  readonly seen: Map<string, Message>;
  readonly readers: Set<(event: StreamEvent) => void>;
}

/** Speaks the web-chat protocol with scripted answers. What a test does to it stands in `faults`. */
export interface FakeServer extends AsyncDisposable {
  /** Where the bots are. */
  readonly origin: string;
  /** The same server under another origin: a customer's website. */
  readonly siteOrigin: string;
  readonly requests: readonly string[];
  readonly sessions: ReadonlyMap<string, FakeSession>;
  readonly faults: Faults;
  emit(session: FakeSession, event: Unnumbered): void;
  /** Cuts every open socket and stream. */
  cut(): void;
  announce(report: unknown): void;
  bots: unknown[];
  theme: Record<string, unknown>;
}
export interface Faults {
  sockets: 'open' | 'refused';
  /** Answers messages with this status. */
  messages: number | undefined;
  /** Stores the message and then loses the answer. */
  loseAnswers: number;
  /** Between the pieces of a reply. */
  pieceDelayMs: number;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
};
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
};

function newSession(): FakeSession {
  return {
    id: randomUUID(),
    token: randomUUID(),
    state: 'active',
    owner: 'bot',
    events: [],
    history: [],
    seen: new Map(),
    readers: new Set(),
  };
}

export async function startFakeServer(): Promise<FakeServer> {
  const sessions = new Map<string, FakeSession>();
  const requests: string[] = [];
  const faults: Faults = { sockets: 'open', messages: undefined, loseAnswers: 0, pieceDelayMs: 5 };
  const feeds = new Set<ServerResponse>();
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ noServer: true });

  const emit = (session: FakeSession, event: Unnumbered): void => {
    const numbered = { ...event, id: session.events.length + 1 } as StreamEvent;
    session.events.push(numbered);
    if ('message' in numbered && numbered.message && !session.history.some(({ id }) => id === numbered.message?.id))
      session.history.push(numbered.message);
    for (const read of session.readers) read(numbered);
  };

  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://x');
    requests.push(`WS ${url.pathname}`);
    const session = sessions.get(url.pathname.split('/')[5] ?? '');
    if (faults.sockets === 'refused' || session?.token !== url.searchParams.get('token')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => {
      const read = (event: StreamEvent) => open.send(JSON.stringify(event));
      follow(session, Number(url.searchParams.get('after')), read);
      open.on('message', (data) => {
        if (String(data).includes('"ping"')) open.send('{"type":"pong"}');
      });
      open.on('close', () => session.readers.delete(read));
    });
  });

  const follow = (session: FakeSession, after: number, read: (event: StreamEvent) => void) => {
    for (const event of session.events) if (event.id > after) read(event);
    session.readers.add(read);
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    requests.push(`${request.method} ${url.pathname}`);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    const file = fileFor(url.pathname);
    if (file) {
      const page = file.endsWith('.html') ? { 'content-security-policy': pagePolicy } : {};
      return void response
        .writeHead(200, { ...cors, ...page, 'content-type': types[extname(file)] ?? '' })
        .end(readFileSync(file));
    }
    if (url.pathname === '/site') return customerSite(url, response);
    if (url.pathname === '/play/api/bots') return json(200, { bots: result.bots });
    if (url.pathname === '/play/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
      feeds.add(response);
      return;
    }
    return answerApi(url, request, response, json);
  }

  async function answerApi(
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
    json: (status: number, body: unknown) => void,
  ): Promise<void> {
    const [, , tenant, , , id, verb] = url.pathname.split('/');
    if (url.pathname.endsWith('/widget')) {
      const language = tenant === 'leader' ? { defaultLanguage: 'he' } : {};
      return json(200, { ...presentation, theme: result.theme, ...language });
    }
    if (request.method === 'POST' && id === undefined) {
      const session = newSession();
      sessions.set(session.id, session);
      return json(201, { session: session.id, token: session.token, expiresAt: '2030-01-01T00:00:00Z' });
    }
    const session = sessions.get(id ?? '');
    if (session?.token === undefined || request.headers.authorization !== `Bearer ${session.token}`) {
      return json(404, { code: 'WEB3004' });
    }
    switch (verb) {
      case undefined:
        return json(200, { id: session.id, state: session.state, owner: session.owner });
      case 'stream':
        return stream(session, Number(url.searchParams.get('after')), response);
      case 'resume':
      case 'close':
      case 'pause':
        session.state = ({ resume: 'active', close: 'closed', pause: 'paused' } as const)[verb];
        emit(session, { type: 'session.changed', state: session.state });
        return json(200, {});
      default:
        if (request.method === 'GET') return json(200, { messages: session.history });
        return takeMessage(session, request, json);
    }
  }

  function stream(session: FakeSession, after: number, response: ServerResponse): void {
    response.writeHead(200, { ...cors, 'content-type': 'text/event-stream' }).write(': open\n\n');
    const send = (event: StreamEvent) =>
      response.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    streams.add(response);
    follow(session, after, send);
    response.on('close', () => session.readers.delete(send));
  }

  async function takeMessage(
    session: FakeSession,
    request: IncomingMessage,
    json: (status: number, body: unknown) => void,
  ): Promise<void> {
    const body = JSON.parse(await read(request)) as { id: string; text: string };
    if (faults.messages !== undefined) return json(faults.messages, { code: 'X' });
    if (session.state !== 'active') return json(409, { code: 'WEB3005' });
    const known = session.seen.get(body.id);
    const received = known ?? message(`m${session.history.length + 1}-${body.id.slice(0, 4)}`, 'contact', body.text);
    if (!known) {
      session.seen.set(body.id, received);
      emit(session, { type: 'message.received', message: received });
      void reply(session, body.text);
    }
    if (faults.loseAnswers === 0) return json(202, { message: received });
    faults.loseAnswers--;
    request.socket.destroy();
  }

  async function reply(session: FakeSession, text: string): Promise<void> {
    const script = replies[text] ?? { pieces: [`You said: ${text}`] };
    const turn = randomUUID();
    const pause = () => new Promise((resolve) => setTimeout(resolve, faults.pieceDelayMs));
    await pause();
    if (script.outcome === 'handed-over') {
      session.owner = 'human';
      emit(session, { type: 'ownership.changed', owner: 'human' });
      emit(session, {
        type: 'message.received',
        message: message(`op-${turn}`, 'operator', 'Hello, this is Dana from the front desk.'),
      });
      return;
    }
    emit(session, { type: 'reply.started', turn });
    for (const piece of script.pieces) {
      await pause();
      emit(session, { type: 'reply.delta', turn, text: piece });
    }
    await pause();
    if (script.outcome === 'failed') return emit(session, { type: 'reply.failed', turn, code: 'MODEL' });
    const citations = script.citations ?? [];
    const done = message(`r-${turn}`, 'bot', script.pieces.join(''), { citations, actions: script.actions ?? [] });
    emit(session, {
      type: 'reply.completed',
      turn,
      message: done,
      citations,
      usage: { inputTokens: 412, outputTokens: 58 },
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const result: FakeServer = {
    origin: `http://127.0.0.1:${port}`,
    siteOrigin: `http://localhost:${port}`,
    requests,
    sessions,
    faults,
    bots: [],
    theme: { ...presentation.theme },
    emit,
    cut() {
      for (const client of sockets.clients as Set<WebSocket>) client.terminate();
      for (const stream of streams) stream.destroy();
      streams.clear();
    },
    announce(report) {
      for (const feed of feeds) feed.write(`event: reload\ndata: ${JSON.stringify(report)}\n\n`);
    },
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients as Set<WebSocket>) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return result;
}

function fileFor(path: string): string | undefined {
  const name =
    path === '/widget.js'
      ? 'widget.js'
      : /^\/play(\/[^/]+)?$/.test(path)
        ? 'play.html'
        : path.startsWith('/assets/')
          ? path.slice(8)
          : undefined;
  const file = name === undefined ? undefined : join(assets, name);
  return file && existsSync(file) ? file : undefined;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}
