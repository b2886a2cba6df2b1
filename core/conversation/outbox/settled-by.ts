import type { SendResult } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';

const maxNoteLength = 100;

/** What is known of a message that a platform took. */
export type Sent = Omit<Extract<SendResult, { status: 'delivered' }>, 'status'>;

/** The row of a message that is out. The channel's note stands in place of a reason: of what was sent there is none to give. */
export function settledBy(row: OutboxRow, { providerMessageId, note }: Sent): OutboxRow & Sent {
  const reason = note?.slice(0, maxNoteLength).toWellFormed() ?? null;
  return { ...row, state: 'delivered', providerMessageId, reason };
}
