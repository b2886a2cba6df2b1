import type { DeliveryStatus } from 'polyphon/plugin';

/** Our ids. */
const idShape = /^[\w-]{1,64}$/;

/**
 * Where Twilio reports what becomes of a message, or of one of several that are one of ours: with its name, since Twilio carries nothing else of
 * ours along, calls the address as it was given and signs all of it. The last part stands for the whole where none before it is in doubt.
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
