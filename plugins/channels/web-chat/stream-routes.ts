import type { Route, Socket, SocketRoute } from 'polyphon/plugin';
import { PolyphonError } from 'polyphon/plugin';
import { authorized, bearerToken, type ChatService, guarded } from './chat-service.ts';
import { decodeMessage, decodeObject } from './decode.ts';
import { eventStream } from './event-stream.ts';
import { refusalOf } from './refusal.ts';
import { problemOf, problemResponse, refuse } from './wire-error.ts';

/** A client that does not read is dropped when so much waits for it; it comes back and asks for what it missed. */
const maxBufferedBytes = 1_000_000;
/** Frames a client may get wrong before the socket closes. */
const maxFaults = 20;

/** Server-sent events: `Last-Event-ID` or `?after=` resumes, nothing gives live events only. */
export function streamRoute(service: ChatService): Route {
  return {
    method: 'GET',
    path: 'sessions/:id/stream',
    handle: (request, call) =>
      guarded(service, request, async (headers) => {
        const session = await authorized(service, call, bearerToken(request));
        const after = resumePoint(request);
        return {
          kind: 'ignored',
          response: eventStream(
            (signal) => service.conversations.events(session.id, after, signal),
            service.clock,
            headers,
          ),
        };
      }),
  };
}

/** The same events both ways. A client sends `{ "type": "message", "id", "text" }` and gets `{ "type": "ack", "ref": id, … }`. */
export function socketRoute(service: ChatService): SocketRoute {
  return {
    path: 'sessions/:id',
    accept: async (request, call) => {
      let headers: Readonly<Record<string, string>> = {};
      try {
        headers = service.origins.headersFor(request);
        const token = new URL(request.url).searchParams.get('token') ?? bearerToken(request);
        const session = await authorized(service, call, token);
        const after = resumePoint(request);
        return { kind: 'accepted', run: (socket) => converse(service, session.id, after, socket) };
      } catch (error) {
        if (!(error instanceof PolyphonError) || error.status >= 500) throw error;
        return { kind: 'rejected', response: problemResponse(error, headers) };
      }
    },
  };
}

async function converse(service: ChatService, session: string, after: number | 'now', socket: Socket): Promise<void> {
  const left = new AbortController();
  const signal = AbortSignal.any([socket.signal, left.signal]);
  const outgoing = sendEvents(service, session, after, socket, signal);
  try {
    await takeFrames(service, session, socket);
  } finally {
    left.abort();
    await outgoing;
  }
}

async function sendEvents(
  service: ChatService,
  session: string,
  after: number | 'now',
  socket: Socket,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const event of service.conversations.events(session, after, signal)) {
      if (socket.bufferedBytes > maxBufferedBytes) {
        socket.close(1013, 'too slow');
        return;
      }
      socket.send(JSON.stringify(event));
    }
  } catch (error) {
    if (!signal.aborted) {
      socket.close(1011, 'events ended');
      throw error;
    }
  }
}

async function takeFrames(service: ChatService, session: string, socket: Socket): Promise<void> {
  let faults = 0;
  for await (const frame of socket.frames) {
    const fault = await takeFrame(service, session, frame, socket);
    faults += fault;
    if (faults >= maxFaults) {
      socket.close(1008, 'too many malformed frames');
      return;
    }
  }
}

/** 1 when the frame was malformed, else 0. */
async function takeFrame(
  service: ChatService,
  session: string,
  frame: string | Uint8Array,
  socket: Socket,
): Promise<0 | 1> {
  let ref: unknown;
  try {
    const { type, ...fields } = decodeObject(frame);
    ref = fields['id'];
    if (type === 'ping') {
      socket.send('{"type":"pong"}');
      return 0;
    }
    // A frame without a type is read as what it holds: the same fields as in a POST are a message.
    if (type !== 'message' && type !== undefined)
      throw refuse(
        'WEB3002',
        'Web chat: `type` is neither message nor ping. Send { "type": "message", "id": "1", "text": "Hello" }.',
      );
    const [receipt] = await socket.deliver([decodeMessage(fields, session, service.limits)]);
    if (receipt === undefined || receipt.status === 'refused') {
      socket.send(JSON.stringify({ ...problemOf(refusalOf(receipt)), type: 'error', ref }));
      return 0;
    }
    socket.send(
      JSON.stringify({ type: 'ack', ref, message: receipt.message, turn: receipt.turnId, status: receipt.status }),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof PolyphonError)) throw error;
    const known = typeof ref === 'string' && ref.length <= 128 && ref.isWellFormed() ? { ref } : {};
    socket.send(JSON.stringify({ ...problemOf(error), type: 'error', ...known }));
    return error.status < 500 ? 1 : 0;
  }
}

function resumePoint(request: Request): number | 'now' {
  const given = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after');
  if (given === null || given === '') return 'now';
  const id = Number(given);
  if (!Number.isSafeInteger(id) || id < 0) {
    throw refuse(
      'WEB3002',
      'Web chat: the id of the last event is not a whole number. Send back the id of an event, or leave it out.',
    );
  }
  return id;
}
