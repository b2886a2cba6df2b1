import type { Delivery, Logger, Receipt, Route } from 'polyphon/plugin';
import { decodeMessage } from './decode.ts';
import { textOf } from './fields.ts';
import { readPartAddress } from './part-name.ts';
import type { TwilioConfig } from './schema.ts';
import type { SignatureCheck } from './signature.ts';
import { decodeStatus } from './statuses.ts';
import type { Unkept } from './unkept.ts';

export interface RouteOptions {
  readonly isSigned: SignatureCheck;
  /** Of the deployment, where it has told it. */
  readonly publicOrigin: string | undefined;
  readonly log: Logger;
  /** The origin of files. */
  readonly mediaOrigin: string;
  /** Whether what was written to this number, or came by this Messaging Service, is for this bot. */
  readonly isOurs: (to: string, service: string | undefined) => boolean;
  readonly unkept: Unkept;
}

/** Twilio's webhooks are a few kilobytes. */
const maxBytes = 262_144;
export const webhookPath = 'webhook';
export const statusPath = 'status';

/** Numbers that are not this bot's, and were named in the log. */
const maxStrangers = 100;

/** A bot with a Messaging Service answers for all of its numbers; one without for its own alone. */
export function isOurs(
  { from, messagingServiceSid }: Pick<TwilioConfig, 'from' | 'messagingServiceSid'>,
  to: string,
  service: string | undefined,
): boolean {
  if (messagingServiceSid !== undefined && (service === undefined || service === messagingServiceSid)) return true;
  return from === undefined || to === from;
}

export function twilioRoutes({
  isSigned,
  publicOrigin,
  log,
  mediaOrigin,
  isOurs,
  unkept,
}: RouteOptions): readonly Route[] {
  const strangers = new Set<string>();
  let hasWarned = false;
  return [
    {
      method: 'POST',
      path: webhookPath,
      maxBytes,
      handle: async (request, { body }): Promise<Delivery> => {
        const fields = isSigned({ url: request.url, headers: request.headers, body });
        if (fields === undefined) return wrongSignature(request.url);
        const to = textOf(fields, 'To') ?? '';
        if (!isOurs(to, textOf(fields, 'MessagingServiceSid'))) {
          warnOfNumber(to);
          return { kind: 'ignored', response: nothingToSay() };
        }
        const message = decodeMessage(fields, mediaOrigin);
        if (typeof message === 'string') {
          log.info('a message of a kind that is not taken was left out', { kind: message });
          return { kind: 'ignored', response: nothingToSay() };
        }
        unkept.handedOver(message.id);
        return {
          kind: 'accepted',
          messages: [message],
          respond: ([receipt]) => {
            unkept.kept(message.id);
            reportRefusal(receipt, log);
            return nothingToSay();
          },
        };
      },
    },
    {
      method: 'POST',
      path: statusPath,
      maxBytes,
      handle: async (request, { body }): Promise<Delivery> => {
        const fields = isSigned({ url: request.url, headers: request.headers, body });
        if (fields === undefined) return wrongSignature(request.url);
        const status = decodeStatus(fields);
        if (status === undefined) return { kind: 'ignored', response: nothingToSay() };
        const statuses = [{ ...status, ...readPartAddress(request.url) }];
        return { kind: 'accepted', messages: [], statuses, respond: nothingToSay };
      },
    },
  ];

  /** An answer would come from another number than the person wrote to. An account may have many numbers, so each is named once. */
  function warnOfNumber(to: string): void {
    if (strangers.has(to) || strangers.size === maxStrangers) return;
    strangers.add(to);
    log.warn(
      'Twilio sends what was written to another number, or came by another Messaging Service, than this bot has. It was left out. Where it is meant for this bot, correct `from` or `messagingServiceSid`; where for another of yours, give that number its own address: `polyphon webhooks <its bot> set`',
      { to: /^[\w:+]{1,40}$/.exec(to)?.[0] ?? '' },
    );
  }

  /**
   * Said aloud once, because anybody can cause it as often as they like. The address is told because it is the usual reason: a proxy in
   * front, and no `server.publicOrigin`. Where there is one, it is the token.
   */
  function wrongSignature(url: string): Delivery {
    const { origin, pathname } = new URL(url);
    const facts = { checkedAgainst: `${publicOrigin ?? origin}${pathname}` };
    const next =
      publicOrigin === undefined
        ? 'set server.publicOrigin'
        : 'authToken is not the primary auth token of the account, or another address is registered: `polyphon webhooks <bot> info`';
    if (hasWarned) log.debug('a request with a wrong signature was refused', facts);
    else log.warn(`a request with a wrong signature was refused; if it is Twilio’s, ${next}`, facts);
    hasWarned = true;
    return { kind: 'rejected', reason: 'bad-signature' };
  }
}

/** The reply goes out by REST. An empty body, or one without this type, is error 12300 in Twilio's console. */
function nothingToSay(): Response {
  return new Response('<?xml version="1.0" encoding="UTF-8"?><Response/>', {
    headers: { 'content-type': 'text/xml; charset=utf-8' },
  });
}

/** A message that policy refuses is not wanted again. */
function reportRefusal(receipt: Receipt | undefined, log: Logger): void {
  if (receipt?.status === 'refused') log.info('a message was not taken', { reason: receipt.reason });
}
