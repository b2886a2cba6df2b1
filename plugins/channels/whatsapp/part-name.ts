import type { DeliveryStatus } from 'polyphon/plugin';
import { idOf } from './loose-json.ts';

/**
 * `biz_opaque_callback_data`, which statuses carry back: our id of the last part of a message, which says that all are out, unless that
 * is unsure.
 */
export function partName(message: string, index: number, count: number | 'unsure'): string {
  return count !== 'unsure' && index === count - 1 ? message : `${message}#${index + 1}`;
}

export function readName(told: unknown): Pick<DeliveryStatus, 'message' | 'part'> {
  const name = idOf(told);
  if (name === undefined) return {};
  const [, message] = /^(.+)#\d{1,3}$/.exec(name) ?? [];
  return message === undefined ? { message: name } : { message, part: true };
}
