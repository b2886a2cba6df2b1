import type { Delivery, Receipt, Route, RouteCall } from 'polyphon/plugin';
import { type AnswerHeaders, answer, authorized, bearerToken, type ChatService, guarded } from './chat-service.ts';
import { decodeMessage, decodeObject } from './decode.ts';
import { eventStream } from './event-stream.ts';
import { refusalOf } from './refusal.ts';
import { turnEvents } from './turn-events.ts';
import { problemResponse, refuse } from './wire-error.ts';

/** The framework's own limit on a JSON body: a text at the largest `maxChars` in escapes of six bytes fits. */
const maxBodyBytes = 262_144;
const historyPage = 100;
const idShape = /^[\x21-\x7e]{1,128}$/;

/** Saying something, and reading what was said. */
export function messageRoutes(service: ChatService): readonly Route[] {
  return [
    {
      method: 'POST',
      path: 'sessions/:id/messages',
      maxBytes: maxBodyBytes,
      handle: (request, call) =>
        guarded(service, request, async (headers): Promise<Delivery> => {
          const session = await authorized(service, call, bearerToken(request));
          const message = decodeMessage(decodeObject(call.body), session.id, service.limits);
          return {
            kind: 'accepted',
            messages: [message],
            respond: ([receipt]) => respond(service, session.id, receipt, { request, call, headers }),
          };
        }),
    },
    {
      method: 'GET',
      path: 'sessions/:id/messages',
      handle: (request, call) =>
        guarded(service, request, async (headers) => {
          const session = await authorized(service, call, bearerToken(request));
          const query = new URL(request.url).searchParams;
          // `?after=` without a value is what a client with nothing yet sends: from the beginning.
          const after = query.get('after') || undefined;
          const limit = Number(query.get('limit') ?? historyPage);
          if ((after !== undefined && !idShape.test(after)) || !Number.isInteger(limit) || limit < 1 || limit > 500) {
            throw refuse(
              'WEB3002',
              'Web chat: `after` is not a message id or `limit` is not a number from 1 to 500. Correct the query.',
            );
          }
          const messages = await service.conversations.history(
            session.id,
            { limit, ...(after === undefined ? {} : { after }) },
            call.signal,
          );
          return answer({ messages }, headers);
        }),
    },
  ];
}

interface Asked {
  readonly request: Request;
  readonly call: RouteCall;
  readonly headers: AnswerHeaders;
}

async function respond(
  service: ChatService,
  session: string,
  receipt: Receipt | undefined,
  { request, call, headers }: Asked,
): Promise<Response> {
  if (receipt === undefined || receipt.status === 'refused') return problemResponse(refusalOf(receipt), headers);
  if (request.headers.get('accept')?.includes('text/event-stream')) {
    return eventStream((signal) => turnEvents(service, session, receipt, signal), service.clock, headers);
  }
  if (new URL(request.url).searchParams.get('wait') === 'true') {
    const outcome = await service.conversations.reply(receipt.turnId, call.signal);
    const reply = outcome.status === 'silent' ? null : (outcome.reply ?? null);
    return Response.json(
      { message: receipt.message, reply, turn: receipt.turnId, status: outcome.status },
      { headers },
    );
  }
  return Response.json(
    { message: receipt.message, turn: receipt.turnId, status: receipt.status },
    { status: 202, headers },
  );
}
