import type { DeliveryStatuses } from '../../store/delivery-statuses.ts';
import type { Outbox, OutboxRow } from '../../store/outbox.ts';
import { awaitsReply } from './invitation.ts';
import { stoppedWhileSending } from './outbox-rows.ts';
import { dropProgress } from './send-progress.ts';
import { isWindowClosed } from './window-closed.ts';

/** What a message waits for that goes out whole, where one of its parts before has failed. */
const beginsAnew: ReadonlySet<string | null> = new Set([null, awaitsReply, stoppedWhileSending, 'quiet-hours']);

/** Of a failure that the platform gives no reason for. */
export const withoutReason = 'failed';

/** A part that a platform took and did not bring. */
export interface FailedPart {
  readonly channel: string;
  /** The row's. */
  readonly message: string;
  /** The part's. */
  readonly providerMessageId: string;
  readonly reason: string;
}

/**
 * Makes a dead letter of the message, under the id of the part: what is told of the last part later does not bring the other one. Of one
 * that is being sent it is noted for whoever settles it. @returns the row that has become a dead letter.
 */
export function failPart(
  outbox: Outbox,
  { channel, message, providerMessageId, reason }: FailedPart,
): OutboxRow | undefined {
  const row = outbox.byId(message);
  if (row?.channel !== channel) return undefined;
  // Whatever it is by now, an account of its parts would leave out one that has not arrived.
  if (row.state !== 'sending') dropProgress(outbox, row);
  // A closed window is told of the last part too, and judged there.
  if (isWindowClosed(reason)) return undefined;
  if (row.state === 'sending') {
    if (row.providerMessageId === null) outbox.change(row.id, { ...row, providerMessageId, reason });
    return undefined;
  }
  const isHalfOut = row.state === 'waiting' && !beginsAnew.has(row.reason) && !isWindowClosed(row.reason ?? '');
  if (row.state !== 'delivered' && row.state !== 'uncertain' && !isHalfOut) return undefined;
  outbox.change(row.id, { ...row, state: 'dead', providerMessageId, reason });
  return row;
}

/** The id of a part that has failed while the message was being sent, as it stands in the store. */
export function failedPartOf(
  { deliveryStatuses }: { readonly deliveryStatuses: DeliveryStatuses },
  row: OutboxRow | undefined,
): string | undefined {
  const { providerMessageId = null, reason = null } = row ?? {};
  if (row?.state !== 'sending' || providerMessageId === null || reason === null) return undefined;
  const told = deliveryStatuses.find(row.channel, providerMessageId);
  return told?.status === 'failed' && (told.reason ?? withoutReason) === reason ? providerMessageId : undefined;
}
