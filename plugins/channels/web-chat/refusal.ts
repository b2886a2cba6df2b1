import type { PolyphonError, Receipt } from 'polyphon/plugin';
import { refuse } from './wire-error.ts';

type Refused = Extract<Receipt, { status: 'refused' }>;

/** Why a message was not taken, as an error for its sender. */
export function refusalOf(receipt: Refused | undefined): PolyphonError {
  const reason = receipt?.reason ?? 'not-found';
  switch (reason) {
    case 'paused':
      return refuse(
        'WEB3005',
        'Web chat: the session is paused. Resume it with POST sessions/:id/resume and send the message again.',
      );
    case 'closed':
      return refuse('WEB3005', 'Web chat: the session is closed. Open a new one and send the message there.');
    case 'rate-limited':
      return refuse(
        'WEB3006',
        'Web chat: too many messages in a short time. Wait and send it again with the same id.',
        {
          retryAfterMs: receipt?.retryAfterMs ?? 1000,
        },
      );
    case 'not-found':
      return refuse('WEB3004', 'Web chat: the session does not exist any more. Open a new one.');
    default:
      return reason satisfies never;
  }
}
