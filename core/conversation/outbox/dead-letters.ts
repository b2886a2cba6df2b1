import { type OutboundMessage, PolyphonError } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import type { ConversationServices } from '../conversation-services.ts';

/** A message that was given up. */
export interface DeadLetter {
  readonly id: string;
  readonly conversation: string;
  readonly channel: string;
  /** The stored message it is, or is a piece of. */
  readonly message: string;
  readonly text: string;
  /** The platform's, or ours: `opted-out`, `window-closed`, `channel-removed`, `channel-does-not-send`. */
  readonly reason: string;
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Newest first. */
export function listDeadLetters(
  { store }: Pick<ConversationServices, 'store'>,
  tenantId: string,
  limit: number,
): readonly DeadLetter[] {
  return store.forTenant(tenantId).outbox.dead(limit).map(letterOf);
}

/**
 * Puts a message back to wait, with all its attempts before it, behind what waits already: the person has long read on, and
 * what was refused once must not hold up what would pass. The policy judges it again.
 * @throws PolyphonError CNV5009 when nothing was given up under this id.
 */
export async function reviveDeadLetter(
  { store }: Pick<ConversationServices, 'store'>,
  tenantId: string,
  id: string,
): Promise<DeadLetter> {
  const { outbox } = store.forTenant(tenantId);
  return await store.write(() => {
    const row = outbox.byId(id);
    if (row?.state !== 'dead') {
      throw new PolyphonError('CNV5009', 'No dead letter has this id. GET …/dead-letters lists those that are left.');
    }
    outbox.change(id, { ...row, state: 'waiting', attempts: 0, dueAt: 0, reason: null });
    outbox.moveToEnd(id);
    return letterOf(row);
  });
}

function letterOf(row: OutboxRow): DeadLetter {
  const { text } = JSON.parse(row.payload) as OutboundMessage;
  return {
    id: row.id,
    conversation: row.conversationId,
    channel: row.channel,
    message: row.messageId,
    text,
    reason: row.reason ?? '',
    attempts: row.attempts,
    createdAt: new Date(row.createdAt).toISOString(),
  };
}
