import type { DeliveryStatus } from 'polyphon/plugin';
import { type Fields, textOf } from './fields.ts';
import { twilioReason } from './twilio-errors.ts';

/** Loose: services that speak Twilio's API form their own. */
const sidShape = /^[\w-]{2,100}$/;

/** What a status callback tells; undefined where it tells nothing that an outcome hangs on, as `queued`. */
export function decodeStatus(fields: Fields): DeliveryStatus | undefined {
  const providerMessageId = textOf(fields, 'MessageSid') ?? textOf(fields, 'SmsSid');
  const told = (textOf(fields, 'MessageStatus') ?? textOf(fields, 'SmsStatus'))?.toLowerCase();
  if (providerMessageId === undefined || !sidShape.test(providerMessageId)) return undefined;
  switch (told) {
    case 'sent':
    case 'delivered':
    case 'read':
      return { providerMessageId, status: told };
    case 'partially_delivered':
      return { providerMessageId, status: 'delivered' };
    case 'undelivered':
    case 'failed':
    case 'canceled':
      return { providerMessageId, status: 'failed', reason: reasonOf(fields, told) };
    // accepted, scheduled, queued, sending, and what comes next year
    default:
      return undefined;
  }
}

function reasonOf(fields: Fields, status: string): string {
  const code = textOf(fields, 'ErrorCode') ?? '';
  return /^\d{4,6}$/.test(code) ? twilioReason(Number(code)) : status;
}
