import type { Delivery, Receipt } from '../contract/index.ts';
import { PolyphonError } from '../contract/index.ts';
import type { WebhookTaken } from '../conversation/webhook-log/webhook-call.ts';
import type { ChannelLease } from '../kernel/face.ts';

/**
 * Makes durable what a route has read out of a request, and gives its answer. `onTaken` hears what became of it before the answer is
 * made. @throws PolyphonError for what the route rejected without an answer of its own.
 */
export async function settleDelivery(
  delivery: Delivery,
  lease: Pick<ChannelLease, 'deliver'>,
  onTaken: (taken: WebhookTaken) => void,
): Promise<Response> {
  switch (delivery.kind) {
    case 'accepted': {
      const receipts = await delivered(delivery, lease);
      const { statuses = [], moves = [] } = delivery;
      onTaken({ kind: 'accepted', receipts, statuses, ...(moves.length === 0 ? {} : { moves }) });
      return delivery.respond(receipts);
    }
    case 'ignored':
      onTaken({ kind: 'ignored' });
      return delivery.response;
    case 'rejected':
      onTaken({ kind: 'rejected', reason: delivery.reason });
      if (delivery.response !== undefined) return delivery.response;
      throw refusalOf(delivery);
    default:
      return delivery satisfies never;
  }
}

async function delivered(
  { messages, statuses = [], moves = [] }: Extract<Delivery, { kind: 'accepted' }>,
  lease: Pick<ChannelLease, 'deliver'>,
): Promise<readonly Receipt[]> {
  const isEmpty = messages.length + statuses.length + moves.length === 0;
  return isEmpty ? [] : await lease.deliver(messages, statuses, moves);
}

function refusalOf({ reason, detail }: Extract<Delivery, { kind: 'rejected' }>): PolyphonError {
  switch (reason) {
    case 'bad-signature':
      return new PolyphonError(
        'HTP4006',
        detail ?? 'Request: its signature or token is missing or wrong. Sign it with the secret of this channel.',
      );
    case 'malformed':
      return new PolyphonError(
        'HTP4004',
        detail ?? 'Request: it is not what this address expects. See /openapi.json and the README of the plugin.',
      );
    case 'forbidden':
      return new PolyphonError(
        'HTP4007',
        detail ?? 'Request: the caller may not do this here. Check the allowed origins of the channel.',
      );
    default:
      return reason satisfies never;
  }
}
