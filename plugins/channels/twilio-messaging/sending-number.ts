import type { Network } from './outgoing.ts';
import type { TwilioConfig } from './schema.ts';

export function networkOf(address: string): Network {
  return address.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
}

/** The number that writes to this address. Undefined where it is on the other network, and the Messaging Service chooses one that is on it. */
export function sendingNumber(
  { from, messagingServiceSid }: Pick<TwilioConfig, 'from' | 'messagingServiceSid'>,
  to: string,
): string | undefined {
  if (from === undefined || messagingServiceSid === undefined) return from;
  return networkOf(from) === networkOf(to) ? from : undefined;
}
