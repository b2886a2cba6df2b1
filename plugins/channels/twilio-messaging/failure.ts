import { isUnsent, PolyphonError, type SendResult } from 'polyphon/plugin';
import { TwilioRefusal } from './transport.ts';
import { twilioError, twilioReason } from './twilio-errors.ts';

const connectRetryMs = 1_000;
const busyRetryMs = 3_000;

/** What is known after a send that threw: above all whether Twilio may have taken the message. */
export function resultOf(error: unknown): SendResult {
  if (error instanceof TwilioRefusal) return refused(error);
  if (error instanceof PolyphonError && error.code === 'NET6001') {
    return { status: 'rejected', reason: 'address-not-allowed' };
  }
  if (isUnsent(error)) return { status: 'rejected', reason: 'unreachable', retryAfterMs: connectRetryMs };
  return { status: 'uncertain' };
}

function refused({ status, code, retryAfterMs }: TwilioRefusal): SendResult {
  // A gateway that waited in vain had passed the request on.
  if (status === 504) return { status: 'uncertain' };
  const reason = reasonOf(status, code);
  const mayRetry = status === 429 || status >= 500;
  const waitMs = retryAfterMs ?? twilioError(code).retryAfterMs ?? (mayRetry ? busyRetryMs : undefined);
  return { status: 'rejected', reason, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
}

/** As in `21610 opted-out`; `status 502` where Twilio gave no code. */
export function reasonOf(status: number, code: number): string {
  if (code !== 0) return twilioReason(code);
  if (status === 401) return `${status} auth`;
  return `status ${status}`;
}
