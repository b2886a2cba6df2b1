// @ts-check
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUnsent } from 'polyphon/plugin';
import { Type } from 'typebox';

const schema = Type.Object(
  {
    secret: Type.String({ minLength: 16, secret: true }),
    replyUrl: Type.String({ format: 'uri', pattern: '^https?://' }),
  },
  { additionalProperties: false },
);

/** @param {string} secret @param {Uint8Array | string} body */
const sign = (secret, body) => createHmac('sha256', secret).update(body).digest('hex');

/** @param {Uint8Array} body */
function messageIn(body) {
  try {
    const { id, from, text } = JSON.parse(Buffer.from(body).toString());
    if ([id, from, text].some((part) => typeof part !== 'string')) return undefined;
    return { id, conversation: from, contact: { id: from }, text };
  } catch {
    return undefined;
  }
}

/** @satisfies {import('polyphon/plugin').Plugin<'channel', typeof schema>} */
export const plugin = {
  contract: 1,
  kind: 'channel',
  name: 'signed-webhook',
  schema,
  open: async ({ config, http }) => ({
    capabilities: { text: { maxLength: 2000, format: 'plain' }, media: [], buttons: 0, streaming: 'none' },
    routes: [
      {
        method: 'POST',
        path: 'webhook',
        handle: async (request, { body }) => {
          const given = Buffer.from(request.headers.get('x-signature') ?? '', 'hex');
          const right = Buffer.from(sign(config.secret, body), 'hex');
          if (given.length !== right.length || !timingSafeEqual(given, right)) {
            return { kind: 'rejected', reason: 'bad-signature' };
          }
          const message = messageIn(body);
          if (message === undefined) return { kind: 'rejected', reason: 'malformed' };
          return { kind: 'accepted', messages: [message], respond: () => new Response(null, { status: 204 }) };
        },
      },
    ],
    send: async (message, signal) => {
      const body = JSON.stringify({ id: message.id, to: message.conversation, text: message.text });
      let response;
      try {
        response = await http.fetch(config.replyUrl, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', 'x-signature': sign(config.secret, body) },
          signal,
        });
      } catch (error) {
        // Nobody listened there, or it may not be reached: nothing was sent. After any other failure it may have arrived.
        return isUnsent(error)
          ? { status: 'rejected', reason: 'unreachable', retryAfterMs: 1000 }
          : { status: 'uncertain' };
      }
      // Nobody reads it; a body that is left keeps its connection and its deadline.
      await response.body?.cancel();
      if (response.ok) return { status: 'delivered', providerMessageId: message.id };
      const reason = `status ${response.status}`;
      if (response.status !== 429 && response.status < 500) return { status: 'rejected', reason };
      // In seconds; where it is a date, a minute will do.
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      return { status: 'rejected', reason, retryAfterMs: seconds >= 0 ? seconds * 1000 : 60_000 };
    },
  }),
};
