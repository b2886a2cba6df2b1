import { PolyphonError } from '../../contract/index.ts';
import type { OutboxRow, UndeliveredState } from '../../store/outbox.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { messageIn } from './outbox-rows.ts';

/** A message that nobody sends any more unless an operator says so. */
export interface DeadLetter {
  readonly id: string;
  /** `dead`: it was given up, and has not arrived. `uncertain`: it may have arrived; sent again, it may come twice. */
  readonly state: UndeliveredState;
  readonly conversation: string;
  readonly channel: string;
  /** The stored message it is, or is a piece of. */
  readonly message: string;
  readonly text: string;
  /**
   * The platform's, at once or after it had taken the message, or ours: `opted-out`, `window-closed`, `channel-removed`,
   * `channel-does-not-send`; of what is uncertain `no-answer`, `stopped-while-sending`.
   */
  readonly reason: string;
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Both states unless told. */
export interface DeadLetterQuery {
  readonly limit: number;
  readonly state?: UndeliveredState | undefined;
}

type Stored = Pick<ConversationServices, 'store'>;

/** Newest first. */
export function listDeadLetters(
  { store }: Stored,
  tenantId: string,
  { limit, state }: DeadLetterQuery,
): readonly DeadLetter[] {
  const query = { limit, ...(state === undefined ? {} : { state }) };
  return store.forTenant(tenantId).outbox.undelivered(query).flatMap(lettersOf);
}

/**
 * Puts a message back to wait, with all its attempts before it, behind what waits already: the person has long read on, and
 * what was refused once must not hold up what would pass. The policy judges it again. What was uncertain stays marked as sent again.
 * @throws PolyphonError CNV5009 when there is no dead letter with this id, CNV5015 when it is to somebody who has opted out: it would
 * come back. Who has left under another form of their number only the open channel knows, when it sends.
 */
export function reviveDeadLetter(stored: Stored, tenantId: string, id: string): Promise<DeadLetter> {
  return settle(stored, tenantId, id, (tenant, row) => {
    const { outbox } = tenant;
    if (hasOptedOut(tenant, row)) {
      throw new PolyphonError(
        'CNV5015',
        'The person has opted out of this channel: nothing is sent, and the dead letter stays. Dismiss it, or try again once they have written START.',
      );
    }
    const resends = row.state === 'uncertain' ? row.resends + 1 : row.resends;
    outbox.change(id, {
      ...row,
      state: 'waiting',
      attempts: 0,
      dueAt: 0,
      providerMessageId: null,
      reason: null,
      resends,
    });
    // An answer that failed is none any more: nobody is waiting up for it, and it must not ring in the night.
    if (row.purpose === 'reply') outbox.setPurpose(id, 'begin');
    outbox.moveToEnd(id);
  });
}

/**
 * Lets a message rest: it stays in the history with its reason, and is in no list any more.
 * @throws PolyphonError CNV5009 when there is no dead letter with this id.
 */
export function dismissDeadLetter(stored: Stored, tenantId: string, id: string): Promise<DeadLetter> {
  return settle(stored, tenantId, id, ({ outbox }, row) => outbox.change(id, { ...row, state: 'dismissed' }));
}

/** A notice goes out after STOP, too: it is the answer to it. */
function hasOptedOut(
  { conversations, contacts }: TenantStore,
  { channel, conversationId, purpose }: OutboxRow,
): boolean {
  const conversation = purpose === 'notice' ? undefined : conversations.byId(conversationId);
  return conversation !== undefined && contacts.hasOptedOut(channel, conversation.contactId);
}

async function settle(
  { store }: Stored,
  tenantId: string,
  id: string,
  change: (tenant: TenantStore, row: OutboxRow) => void,
): Promise<DeadLetter> {
  const tenant = store.forTenant(tenantId);
  return await store.write(() => {
    const row = tenant.outbox.byId(id);
    const [letter] = row === undefined ? [] : lettersOf(row);
    if (row === undefined || letter === undefined) {
      throw new PolyphonError('CNV5009', 'No dead letter has this id. GET …/dead-letters lists those that are left.');
    }
    change(tenant, row);
    return letter;
  });
}

function lettersOf(row: OutboxRow): readonly DeadLetter[] {
  if (row.state !== 'dead' && row.state !== 'uncertain') return [];
  const { text } = messageIn(row);
  const letter: DeadLetter = {
    id: row.id,
    state: row.state,
    conversation: row.conversationId,
    channel: row.channel,
    message: row.messageId,
    text,
    reason: row.reason ?? '',
    attempts: row.attempts,
    createdAt: new Date(row.createdAt).toISOString(),
  };
  return [letter];
}
