import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Logger, Receipt, Route } from 'polyphon/plugin';
import { fieldsOf } from './fields.ts';
import type { Intake } from './intake.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
export const webhookPath = 'webhook';

/** The secret that goes with the webhook: the configured one, else one that only who has the token can compute. */
export function webhookSecretOf(config: { readonly token: string; readonly webhookSecret?: string }): string {
  return (
    config.webhookSecret ?? createHmac('sha256', config.token).update('polyphon telegram webhook').digest('base64url')
  );
}

/** `POST webhook`: one update a request. It is answered when the message is stored; until then Telegram repeats it. */
export function webhookRoute(options: {
  readonly secret: string;
  readonly intake: Intake;
  readonly log: Logger;
}): Route {
  const { intake, log } = options;
  const expected = Buffer.from(options.secret);
  let hasWarned = false;
  return {
    method: 'POST',
    path: webhookPath,
    handle: async (request, call) => {
      const told = request.headers.get('x-telegram-bot-api-secret-token');
      if (!isSame(Buffer.from(told ?? ''), expected)) {
        warnOfSecret();
        return { kind: 'rejected', reason: 'bad-signature' };
      }
      const update = updateOf(call.body);
      if (update === undefined) return { kind: 'rejected', reason: 'malformed' };
      const { message, callbackQueryId, move } = await intake.take(update);
      if (message === undefined && move === undefined) return { kind: 'ignored', response: done(callbackQueryId) };
      return {
        kind: 'accepted',
        messages: message === undefined ? [] : [message],
        ...(move === undefined ? {} : { moves: [move] }),
        respond: ([receipt]) => {
          reportRefusal(receipt, log);
          return done(callbackQueryId);
        },
      };
    },
  };

  /** Once, because anybody can cause it. After a new token or secret Telegram still sends the old one, and the bot hears nothing. */
  function warnOfSecret(): void {
    if (!hasWarned) {
      log.warn(
        'a request without the right secret was refused; if it is Telegram’s, the token or the secret has changed since: `polyphon webhooks <bot> set` registers it anew',
      );
    }
    hasWarned = true;
  }
}

/** A message that policy refuses is not wanted again: Telegram would hold up everybody else's behind it. */
export function reportRefusal(receipt: Receipt | undefined, log: Logger): void {
  if (receipt?.status === 'refused') log.info('a message was not taken', { reason: receipt.reason });
}

/** Telegram carries out a call that stands in the answer to its webhook: a press is answered without another request. */
function done(callbackQueryId: string | undefined): Response {
  if (callbackQueryId === undefined) return new Response(null, { status: 200 });
  return Response.json({ method: 'answerCallbackQuery', callback_query_id: callbackQueryId });
}

function updateOf(body: Uint8Array) {
  try {
    return fieldsOf(JSON.parse(decoder.decode(body)));
  } catch {
    return undefined;
  }
}

/** In constant time for what is as long as the secret, which is no secret of it. */
function isSame(told: Buffer, expected: Buffer): boolean {
  return told.length === expected.length && timingSafeEqual(told, expected);
}
