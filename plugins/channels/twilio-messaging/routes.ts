import type { Delivery, Logger, Receipt, Route } from 'polyphon/plugin';
import { decodeMessage } from './decode.ts';
import type { SignatureCheck } from './signature.ts';
import { decodeStatus } from './statuses.ts';

export interface RouteOptions {
  readonly isSigned: SignatureCheck;
  readonly log: Logger;
  /** The origin of files. */
  readonly mediaOrigin: string;
}

/** Twilio's webhooks are a few kilobytes. */
const maxBytes = 262_144;
export const webhookPath = 'webhook';
export const statusPath = 'status';

export function twilioRoutes({ isSigned, log, mediaOrigin }: RouteOptions): readonly Route[] {
  let hasWarned = false;
  return [
    {
      method: 'POST',
      path: webhookPath,
      maxBytes,
      handle: async (request, { body }): Promise<Delivery> => {
        const fields = isSigned({ url: request.url, headers: request.headers, body });
        if (fields === undefined) return wrongSignature(request.url);
        const message = decodeMessage(fields, mediaOrigin);
        if (typeof message === 'string') {
          log.info('a message of a kind that is not taken was left out', { kind: message });
          return { kind: 'ignored', response: nothingToSay() };
        }
        return {
          kind: 'accepted',
          messages: [message],
          respond: ([receipt]) => {
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
        return { kind: 'accepted', messages: [], statuses: [status], respond: nothingToSay };
      },
    },
  ];

  /** Said aloud once, because anybody can cause it as often as they like. The address is told because it is the usual reason: a proxy in front, and no `server.publicOrigin`. */
  function wrongSignature(url: string): Delivery {
    const { origin, pathname } = new URL(url);
    const facts = { checkedAgainst: `${origin}${pathname}` };
    if (hasWarned) log.debug('a request with a wrong signature was refused', facts);
    else log.warn('a request with a wrong signature was refused; if it is Twilio’s, set server.publicOrigin', facts);
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
