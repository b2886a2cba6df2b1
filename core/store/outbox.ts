import { type Selectable, sql } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type OutboxRow = Omit<Selectable<Tables['outbox']>, 'tenantId' | 'seq'>;
export type UndeliveredState = Extract<OutboxRow['state'], 'dead' | 'uncertain'>;
export type OutboxChange = Pick<
  OutboxRow,
  'state' | 'attempts' | 'dueAt' | 'providerMessageId' | 'reason' | 'note' | 'resends'
>;

/** What is to be sent through channels, in order within a conversation. */
export interface Outbox {
  byId(id: string): OutboxRow | undefined;
  /** The oldest row of the conversation that is not settled; an invitation goes ahead of what it is for. */
  next(conversationId: string): OutboxRow | undefined;
  /** All rows of the conversation that are not settled, oldest first. */
  unsettledOf(conversationId: string): readonly OutboxRow[];
  /** Conversations in which something is not settled. */
  unsettled(): readonly string[];
  /** The pieces of a message, in order. */
  ofMessage(messageId: string): readonly OutboxRow[];
  byProviderMessageId(channel: string, providerMessageId: string): OutboxRow | undefined;
  /** Rows that were given up, or of which nobody knows whether they arrived, newest first. */
  undelivered(query: { readonly limit: number; readonly state?: UndeliveredState }): readonly OutboxRow[];
  insert(row: OutboxRow): void;
  change(id: string, change: OutboxChange): void;
  /**
   * Takes down that what is being sent is out. False, and nothing is changed, where it is not being sent any more, or more than that is
   * known of it: the id of a part, or how far it has come.
   */
  deliver(id: string, sent: Pick<OutboxRow, 'attempts' | 'dueAt' | 'providerMessageId' | 'note'>): boolean;
  /** Marks that a row is being sent; false where it does not wait any more. */
  claim(id: string, claim: Pick<OutboxRow, 'attempts' | 'dueAt'>): boolean;
  setPayload(id: string, payload: string): void;
  setPurpose(id: string, purpose: OutboxRow['purpose']): void;
  /** Behind everything else that waits. */
  moveToEnd(id: string): void;
}

const columns = [
  'id',
  'conversationId',
  'channel',
  'messageId',
  'payload',
  'state',
  'attempts',
  'dueAt',
  'providerMessageId',
  'reason',
  'note',
  'createdAt',
  'purpose',
  'resends',
] as const;

/** Written into the text of the query, not bound: only so does SQLite use the partial indexes. */
const unsettledState = sql<boolean>`state in ('waiting', 'sending')`;
const undeliveredState = sql<boolean>`state in ('dead', 'uncertain')`;
const isSent = sql<boolean>`provider_message_id is not null`;
/** As its key is written; in somebody's words the quotes have a backslash before them. */
const hasNoProgress = sql<boolean>`instr(payload, '"progress":') = 0`;
const isInvitation = sql<boolean>`purpose = 'invitation'`;

export function prepareOutbox(connection: Connection): (tenantId: string) => Outbox {
  type Key = { tenantId: string; id: string };
  type OfConversation = { tenantId: string; conversationId: string };
  const byId = connection.prepare((db, p: Key) =>
    db.selectFrom('outbox').select(columns).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  // With nothing to sort it costs a quarter; before and behind an answer there is mostly nothing.
  const anyUnsettled = connection.prepare((db, p: OfConversation) =>
    db
      .selectFrom('outbox')
      .select('seq')
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where(unsettledState)
      .limit(1),
  );
  const next = connection.prepare((db, p: OfConversation) =>
    db
      .selectFrom('outbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where(unsettledState)
      .orderBy(isInvitation, 'desc')
      .orderBy('seq')
      .limit(1),
  );
  const unsettledOf = connection.prepare((db, p: OfConversation) =>
    db
      .selectFrom('outbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where(unsettledState)
      .orderBy('seq'),
  );
  const unsettled = connection.prepare((db, p: { tenantId: string }) =>
    db
      .selectFrom('outbox')
      .select('conversationId')
      .distinct()
      .where('tenantId', '=', p.tenantId)
      .where(unsettledState),
  );
  const ofMessage = connection.prepare((db, p: { tenantId: string; messageId: string }) =>
    db
      .selectFrom('outbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('messageId', '=', p.messageId)
      .orderBy('seq'),
  );
  const byProviderMessageId = connection.prepare(
    (db, p: { tenantId: string; channel: string; providerMessageId: string }) =>
      db
        .selectFrom('outbox')
        .select(columns)
        .where('tenantId', '=', p.tenantId)
        .where('channel', '=', p.channel)
        .where('providerMessageId', '=', p.providerMessageId)
        .where(isSent),
  );
  const undelivered = connection.prepare((db, p: { tenantId: string; limit: number; state: UndeliveredState | null }) =>
    db
      .selectFrom('outbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where(undeliveredState)
      .where(sql<boolean>`state = coalesce(${p.state}, state)`)
      .orderBy('seq', 'desc')
      .limit(p.limit),
  );
  const insert = connection.prepare((db, p: OutboxRow & { tenantId: string }) =>
    db.insertInto('outbox').values({
      tenantId: p.tenantId,
      id: p.id,
      conversationId: p.conversationId,
      channel: p.channel,
      messageId: p.messageId,
      payload: p.payload,
      state: p.state,
      attempts: p.attempts,
      dueAt: p.dueAt,
      providerMessageId: p.providerMessageId,
      reason: p.reason,
      note: p.note,
      createdAt: p.createdAt,
      purpose: p.purpose,
      resends: p.resends,
    }),
  );
  const change = connection.prepare((db, p: OutboxChange & Key) =>
    db
      .updateTable('outbox')
      .set({
        state: p.state,
        attempts: p.attempts,
        dueAt: p.dueAt,
        providerMessageId: p.providerMessageId,
        reason: p.reason,
        note: p.note,
        resends: p.resends,
      })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const deliver = connection.prepare(
    (db, p: Pick<OutboxRow, 'attempts' | 'dueAt' | 'providerMessageId' | 'note'> & Key) =>
      db
        .updateTable('outbox')
        .set({
          state: 'delivered',
          attempts: p.attempts,
          dueAt: p.dueAt,
          providerMessageId: p.providerMessageId,
          reason: null,
          note: p.note,
        })
        .where('tenantId', '=', p.tenantId)
        .where('id', '=', p.id)
        .where('state', '=', 'sending')
        .where('providerMessageId', 'is', null)
        .where(hasNoProgress),
  );
  const claim = connection.prepare((db, p: Pick<OutboxRow, 'attempts' | 'dueAt'> & Key) =>
    db
      .updateTable('outbox')
      .set({ state: 'sending', attempts: p.attempts, dueAt: p.dueAt })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id)
      .where('state', '=', 'waiting'),
  );
  const setPayload = connection.prepare((db, p: Key & { payload: string }) =>
    db.updateTable('outbox').set({ payload: p.payload }).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const setPurpose = connection.prepare((db, p: Key & Pick<OutboxRow, 'purpose'>) =>
    db.updateTable('outbox').set({ purpose: p.purpose }).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const moveToEnd = connection.prepare((db, p: Key) =>
    db
      .updateTable('outbox')
      .set({ seq: sql<number>`(select max(seq) + 1 from outbox)` })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  return (tenantId) => ({
    byId: (id) => byId.get({ tenantId, id }),
    next: (conversationId) => {
      const place = { tenantId, conversationId };
      return anyUnsettled.get(place) === undefined ? undefined : next.get(place);
    },
    unsettledOf: (conversationId) => unsettledOf.all({ tenantId, conversationId }),
    unsettled: () => unsettled.all({ tenantId }).map((row) => row.conversationId),
    ofMessage: (messageId) => ofMessage.all({ tenantId, messageId }),
    byProviderMessageId: (channel, providerMessageId) =>
      byProviderMessageId.get({ tenantId, channel, providerMessageId }),
    undelivered: ({ limit, state = null }) => undelivered.all({ tenantId, limit, state }),
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    change: (id, changed) => {
      change.run({ tenantId, id, ...changed });
    },
    deliver: (id, sent) => deliver.run({ tenantId, id, ...sent }) === 1,
    claim: (id, claimed) => claim.run({ tenantId, id, ...claimed }) === 1,
    setPayload: (id, payload) => {
      setPayload.run({ tenantId, id, payload });
    },
    setPurpose: (id, purpose) => {
      setPurpose.run({ tenantId, id, purpose });
    },
    moveToEnd: (id) => {
      moveToEnd.run({ tenantId, id });
    },
  });
}
