import type { Delivery, DeliveryStatus, Logger, Receipt, Route } from 'polyphon/plugin';
import { decodeWebhook } from './decode.ts';
import type { NamedStatus } from './part-name.ts';
import { isSame, isSigned } from './signature.ts';

export interface WebhookOptions {
  readonly phoneNumberId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly log: Logger;
  /** Told of each message that is taken, before it is stored. */
  heard(conversation: string, messageId: string): void;
  /** Told of the same when it is stored. */
  stored(conversation: string): void;
  /** Told of each status; returns what it says of the message. */
  told(status: NamedStatus): DeliveryStatus;
}

/** Meta sends at most 3 MB at once. */
const maxBodyBytes = 3_145_728;
/** So many numbers of others are named in the log. */
const maxStrangers = 20;
const wrongToken =
  'WhatsApp: the verify token is not the one of this channel. Compare the one in Meta’s webhook form with the secret behind `verifyToken`, character by character.';
const notAChallenge =
  'WhatsApp: this is no request to verify a webhook. Meta asks with hub.mode=subscribe and a hub.challenge: enter this address in its form, and save there.';
const decoder = new TextDecoder('utf-8');

export function webhookRoutes(options: WebhookOptions): readonly Route[] {
  let hasWarned = false;
  const strangers = new Set<string>();
  return [
    {
      method: 'GET',
      path: 'webhook',
      handle: async (request): Promise<Delivery> => {
        const query = new URL(request.url).searchParams;
        const challenge = query.get('hub.challenge') ?? '';
        if (!isSame(query.get('hub.verify_token') ?? '', options.verifyToken)) return wrongVerifyToken();
        if (query.get('hub.mode') !== 'subscribe' || !/^[\w-]{1,200}$/.test(challenge))
          return { kind: 'rejected', reason: 'forbidden', detail: notAChallenge };
        return {
          kind: 'ignored',
          response: new Response(challenge, {
            headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
          }),
        };
      },
    },
    {
      method: 'POST',
      path: 'webhook',
      maxBytes: maxBodyBytes,
      handle: async (request, call): Promise<Delivery> => {
        if (!isSigned(call.body, request.headers.get('x-hub-signature-256'), options.appSecret)) {
          return { kind: 'rejected', reason: 'bad-signature' };
        }
        return takeWebhook(call.body, options, warnOfNumber);
      },
    },
  ];

  /** One digit off in `phoneNumberId` is a bot that hears nothing. An app may have many numbers and one address, so each is named once. */
  function warnOfNumber(told: string): void {
    if (strangers.has(told) || strangers.size === maxStrangers) return;
    strangers.add(told);
    options.log.warn(
      `WhatsApp: Meta sends what is for the phone number id ${told}, and this channel has ${options.phoneNumberId}. It was left out. Where it is meant for this bot, correct \`phoneNumberId\`; where for another of yours, give that number its own address: \`polyphon webhooks <its bot> set\`, with wabaId in its configuration.`,
    );
  }

  /** Meta's form says only that it failed, so the log says why: aloud once, because anybody can ask. */
  function wrongVerifyToken(): Delivery {
    const { log } = options;
    if (hasWarned) log.debug(wrongToken);
    else log.warn(wrongToken);
    hasWarned = true;
    return { kind: 'rejected', reason: 'forbidden', detail: wrongToken };
  }
}

/** A signed body is Meta's: whatever is in it, Meta must not send it again for a week because we did not like it. */
function takeWebhook(
  body: Uint8Array,
  { phoneNumberId, log, heard, stored, told }: WebhookOptions,
  warnOfNumber: (told: string) => void,
): Delivery {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(body));
  } catch {
    log.warn('A signed webhook was not JSON and was left out.', { bytes: body.byteLength });
    return { kind: 'ignored', response: taken() };
  }
  const { messages, moves, leftOut, foreignNumbers, ...decoded } = decodeWebhook(json, phoneNumberId);
  for (const number of foreignNumbers) warnOfNumber(number);
  for (const [kind, count] of countsOf(leftOut)) {
    log.info('A kind of WhatsApp update that this channel does not take was left out.', { kind, count });
  }
  // A reaction is no message that could be marked as read.
  const readable = messages.map(({ reply }) => reply !== 'none');
  for (const [index, { conversation, id }] of messages.entries()) if (readable[index]) heard(conversation, id);
  const statuses = decoded.statuses.map(told);
  if (messages.length + statuses.length + moves.length === 0) return { kind: 'ignored', response: taken() };
  return {
    kind: 'accepted',
    messages,
    statuses,
    moves,
    respond: (receipts) => {
      const kept = messages.filter((_, index) => readable[index] && receipts[index]?.status === 'stored');
      for (const conversation of new Set(kept.map((message) => message.conversation))) stored(conversation);
      return answerOf(receipts, log);
    },
  };
}

/**
 * Acknowledged also where a message was refused: the person has been told, and Meta would repeat the whole body for a week. That
 * nothing could be stored is an error, which never comes here.
 */
function answerOf(receipts: readonly Receipt[], log: Logger): Response {
  for (const receipt of receipts) {
    if (receipt.status === 'refused') log.warn('A message was not taken.', { reason: receipt.reason });
  }
  return taken();
}

function taken(): Response {
  return new Response(null, { status: 200 });
}

function countsOf(kinds: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
