import type { Route } from 'polyphon/plugin';
import { AddressLimit } from './address-limit.ts';
import { answer, authorized, bearerToken, type ChatService, guarded } from './chat-service.ts';
import { decodeObject, decodeSwitch } from './decode.ts';
import { refuse } from './wire-error.ts';

const maxBodyBytes = 4096;
/** Each may become a message that the bot's owner pays for. */
const perMinute = 10;

/** Moving the conversation to a messenger: a claim, and how the person proves it. */
export function switchRoute(service: ChatService): Route {
  const claims = new AddressLimit(perMinute, service.clock);
  return {
    method: 'POST',
    path: 'sessions/:id/switch',
    maxBytes: maxBodyBytes,
    handle: (request, call) =>
      guarded(service, request, async (headers) => {
        const session = await authorized(service, call, bearerToken(request));
        const claim = decodeSwitch(decodeObject(call.body));
        const retryAfterMs = claims.take(call.remoteAddress);
        if (retryAfterMs > 0) {
          throw refuse('WEB3006', 'Web chat: this address asks for codes too fast. Wait, or use the last one.', {
            retryAfterMs,
          });
        }
        return answer(await service.conversations.requestSwitch(session.id, claim, call.signal), headers, {
          status: 202,
        });
      }),
  };
}
