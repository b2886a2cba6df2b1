import type { DeliveryStatus } from 'polyphon/plugin';

/** Our ids. */
const idShape = /^[\w-]{1,64}$/;

/**
 * Where Twilio reports what becomes of one of several messages that are one of ours: with its name in the address, which Twilio signs as it
 * stands. Only the last part stands for the whole, and only where none before it is in doubt.
 */
export function partAddress(statusAddress: string, message: string, part: number | 'last'): string {
  const query = new URLSearchParams({ message, ...(part === 'last' ? {} : { part: String(part + 1) }) });
  return `${statusAddress}?${query}`;
}

export function readPartAddress(url: string): Pick<DeliveryStatus, 'message' | 'part'> {
  const { searchParams } = new URL(url);
  const message = searchParams.get('message') ?? '';
  if (!idShape.test(message)) return {};
  return { message, ...(searchParams.has('part') ? { part: true } : {}) };
}
