import type { Route, SessionState, SessionView } from 'polyphon/plugin';
import { answer, authorized, bearerToken, type ChatService, guarded } from './chat-service.ts';
import { decodeNewSession, decodeObject } from './decode.ts';
import { refuse } from './wire-error.ts';

const maxBodyBytes = 16_384;

/** Opening a session and its life: active, paused, closed. */
export function sessionRoutes(service: ChatService): readonly Route[] {
  const change = (verb: string, target: SessionState): Route => ({
    method: 'POST',
    path: `sessions/:id/${verb}`,
    maxBytes: maxBodyBytes,
    handle: (request, call) =>
      guarded(service, request, async (headers) => {
        const session = await authorized(service, call, bearerToken(request));
        if (session.state === 'closed' && target !== 'closed') {
          throw refuse('WEB3005', 'Web chat: the session is closed and stays so. Open a new one.');
        }
        if (session.state === target) return answer(sessionBody(session), headers);
        return answer(sessionBody(await service.conversations.setState(session.id, target, call.signal)), headers);
      }),
  });
  return [
    {
      method: 'POST',
      path: 'sessions',
      maxBytes: maxBodyBytes,
      handle: (request, call) =>
        guarded(service, request, async (headers) => {
          const retryAfterMs = service.newSessions.take(call.remoteAddress);
          if (retryAfterMs > 0) {
            throw refuse(
              'WEB3006',
              'Web chat: this address opens sessions too fast. Wait, and keep the session you have.',
              { retryAfterMs },
            );
          }
          const wanted = decodeNewSession(decodeObject(call.body));
          const { session, token } = await service.conversations.createSession(wanted, call.signal);
          return answer({ session: session.id, token, expiresAt: session.expiresAt, state: session.state }, headers, {
            status: 201,
          });
        }),
    },
    {
      method: 'GET',
      path: 'sessions/:id',
      handle: (request, call) =>
        guarded(service, request, async (headers) =>
          answer(sessionBody(await authorized(service, call, bearerToken(request))), headers),
        ),
    },
    change('pause', 'paused'),
    change('resume', 'active'),
    change('close', 'closed'),
  ];
}

function sessionBody(session: SessionView) {
  const { id, state, owner, channel, locale, metadata, createdAt, expiresAt } = session;
  return { id, session: id, state, owner, channel, locale, metadata, createdAt, expiresAt };
}
