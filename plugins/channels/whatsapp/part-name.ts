import type { DeliveryStatus } from 'polyphon/plugin';
import { idOf } from './loose-json.ts';

/** What Meta tells of a message, or of one part of it. */
export interface NamedStatus extends DeliveryStatus {
  /** Which part, from 0. */
  readonly index?: number;
}

/**
 * `biz_opaque_callback_data`, which statuses carry back: our id of the last part of a message, which says that all are out, unless that
 * is unsure.
 */
export function partName(message: string, index: number, count: number | 'unsure'): string {
  return count !== 'unsure' && index === count - 1 ? message : `${message}#${index + 1}`;
}

export function readName(told: unknown): Pick<NamedStatus, 'message' | 'part' | 'index'> {
  const name = idOf(told);
  if (name === undefined) return {};
  const [, message, number] = /^(.+)#(\d{1,3})$/.exec(name) ?? [];
  return message === undefined ? { message: name } : { message, part: true, index: Number(number) - 1 };
}
