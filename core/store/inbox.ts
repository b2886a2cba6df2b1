import { sql } from 'kysely';
import type { Connection } from './connection.ts';
import { activityStepMs } from './conversations.ts';
import { digestOf, type ReceivedId } from './received-id.ts';

export interface InboxRow {
  readonly channel: string;
  readonly conversationId: string;
  /** The platform's id of the message. */
  readonly externalId: string;
  readonly messageId: string;
  readonly turnId: string;
  readonly receivedAt: number;
  /** When the person wrote; 0 where they did not, as with a reaction; null in rows from before this was kept. */
  readonly heardAt: number | null;
  readonly dueAt: number;
  readonly groupName: string | null;
}

/** What was received, and which turn answers it. A row is open until that turn has ended. */
export interface Inbox {
  find(channel: string, conversationId: string, externalId: string): InboxRow | undefined;
  /** The newest row whose turn has not ended. */
  newestOpen(conversationId: string): InboxRow | undefined;
  /** Every open row of a conversation, oldest first. */
  openOf(conversationId: string): readonly InboxRow[];
  /** Every open row of the tenant, oldest first. */
  allOpen(): readonly InboxRow[];
  insert(row: InboxRow): void;
  /** A message that no turn has to answer, kept against duplicates. */
  insertDone(row: InboxRow): void;
  close(conversationId: string, turnId: string): void;
  /** Gives a superseded turn's messages to the one that takes its place. */
  move(conversationId: string, fromTurnId: string, toTurnId: string): void;
  /** Leaves a turn this one message of its, and gives the others to another turn. Returns how many there are. */
  moveOthers(
    turn: { readonly conversationId: string; readonly turnId: string },
    messageId: string,
    toTurnId: string,
  ): number;
  /** When the person last wrote in the conversation; undefined when they did not within the time that is remembered. */
  lastHeardAt(channel: string, conversationId: string): number | undefined;
  /** When the newest message of the conversation came, whenever it was written; what was not written is none. */
  lastReceivedAt(channel: string, conversationId: string): number | undefined;
  /** When the message of the channel that came last was written, in any conversation; undefined when none is remembered. */
  newestAt(channel: string): number | undefined;
  /** Whether such a message was here and has been erased, by the platform's ids. */
  wasErased(received: ReceivedId): boolean;
  /** Forgets what came before this time and was erased, some hundreds at a time. Returns how many: 0 when there are no more. */
  pruneErased(before: number): number;
}

/** Some milliseconds. */
const prunedAtOnce = 250;
const conversationsAtOnce = 20;

const columns = [
  'channel',
  'conversationId',
  'externalId',
  'messageId',
  'turnId',
  'receivedAt',
  'heardAt',
  'dueAt',
  'groupName',
] as const;

/** Written into the text of the query, not bound: only so does SQLite use the partial index. */
const open = sql.lit<'open'>('open');

export function prepareInbox(connection: Connection): (tenantId: string) => Inbox {
  const find = connection.prepare(
    (db, p: { tenantId: string; channel: string; conversationId: string; externalId: string }) =>
      db
        .selectFrom('inbox')
        .select(columns)
        .where('tenantId', '=', p.tenantId)
        .where('channel', '=', p.channel)
        .where('conversationId', '=', p.conversationId)
        .where('externalId', '=', p.externalId),
  );
  type OfConversation = { tenantId: string; conversationId: string };
  const newestOpen = connection.prepare((db, p: OfConversation) =>
    db
      .selectFrom('inbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('state', '=', open)
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const openOf = connection.prepare((db, p: OfConversation) =>
    db
      .selectFrom('inbox')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('state', '=', open)
      .orderBy('seq'),
  );
  const allOpen = connection.prepare((db, p: { tenantId: string }) =>
    db.selectFrom('inbox').select(columns).where('tenantId', '=', p.tenantId).where('state', '=', open).orderBy('seq'),
  );
  const insert = connection.prepare((db, p: InboxRow & { tenantId: string; state: 'open' | 'done' }) =>
    db.insertInto('inbox').values({
      tenantId: p.tenantId,
      channel: p.channel,
      conversationId: p.conversationId,
      externalId: p.externalId,
      messageId: p.messageId,
      turnId: p.turnId,
      state: p.state,
      receivedAt: p.receivedAt,
      heardAt: p.heardAt,
      dueAt: p.dueAt,
      groupName: p.groupName,
    }),
  );
  const close = connection.prepare((db, p: OfConversation & { turnId: string }) =>
    db
      .updateTable('inbox')
      .set({ state: 'done' })
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('state', '=', open)
      .where('turnId', '=', p.turnId),
  );
  const move = connection.prepare((db, p: OfConversation & { fromTurnId: string; toTurnId: string }) =>
    db
      .updateTable('inbox')
      .set({ turnId: p.toTurnId })
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('state', '=', open)
      .where('turnId', '=', p.fromTurnId),
  );
  const moveOthers = connection.prepare(
    (db, p: OfConversation & { turnId: string; messageId: string; toTurnId: string }) =>
      db
        .updateTable('inbox')
        .set({ turnId: p.toTurnId })
        .where('tenantId', '=', p.tenantId)
        .where('conversationId', '=', p.conversationId)
        .where('state', '=', open)
        .where('turnId', '=', p.turnId)
        .where('messageId', '!=', p.messageId),
  );
  const lastHeardAt = connection.prepare((db, p: OfConversation & { channel: string }) =>
    db
      .selectFrom('inbox')
      .select((row) => row.fn.max(row.fn.coalesce('heardAt', 'receivedAt')).as('at'))
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('conversationId', '=', p.conversationId),
  );
  const lastReceivedAt = connection.prepare((db, p: OfConversation & { channel: string }) =>
    db
      .selectFrom('inbox')
      .select((row) => row.fn.max('receivedAt').as('at'))
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('conversationId', '=', p.conversationId)
      .where((row) => row.or([row('heardAt', 'is', null), row('heardAt', '>', row.lit(0))])),
  );
  const newest = connection.prepare((db, p: OfConversation & { channel: string }) =>
    db
      .selectFrom('inbox')
      .select(['receivedAt', 'heardAt'])
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('conversationId', '=', p.conversationId)
      .orderBy('receivedAt', 'desc')
      .limit(1),
  );
  // Whose activity is newest comes first, so that hardly more than one page of them is read.
  const active = connection.prepare((db, p: { tenantId: string; channel: string; limit: number; skip: number }) =>
    db
      .selectFrom('conversations')
      .select(['id', 'lastActiveAt'])
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .orderBy('lastActiveAt', 'desc')
      .limit(p.limit)
      .offset(p.skip),
  );
  function* byActivity(tenantId: string, channel: string) {
    for (let skip = 0; ; skip += conversationsAtOnce) {
      const page = active.all({ tenantId, channel, limit: conversationsAtOnce, skip });
      yield* page;
      if (page.length < conversationsAtOnce) return;
    }
  }
  type Old = { tenantId: string; before: number; limit: number };
  const erased = connection.prepare((db, p: { tenantId: string; digest: Buffer }) =>
    db
      .selectFrom('erasedMessages')
      .select('receivedAt')
      .where('tenantId', '=', p.tenantId)
      .where('digest', '=', p.digest),
  );
  const anyErased = connection.prepare((db, p: { tenantId: string }) =>
    db.selectFrom('erasedMessages').select('receivedAt').where('tenantId', '=', p.tenantId).limit(1),
  );
  const pruneErased = connection.prepare((db, p: Old) =>
    db
      .deleteFrom('erasedMessages')
      .where('tenantId', '=', p.tenantId)
      .where('digest', 'in', (from) =>
        from
          .selectFrom('erasedMessages')
          .select('digest')
          .where('tenantId', '=', p.tenantId)
          .where('receivedAt', '<', p.before)
          .orderBy('receivedAt')
          .limit(p.limit),
      ),
  );
  return (tenantId) => ({
    find: (channel, conversationId, externalId) => find.get({ tenantId, channel, conversationId, externalId }),
    newestOpen: (conversationId) => newestOpen.get({ tenantId, conversationId }),
    openOf: (conversationId) => openOf.all({ tenantId, conversationId }),
    allOpen: () => allOpen.all({ tenantId }),
    insert: (row) => {
      insert.run({ tenantId, ...row, state: 'open' });
    },
    insertDone: (row) => {
      insert.run({ tenantId, ...row, state: 'done' });
    },
    close: (conversationId, turnId) => {
      close.run({ tenantId, conversationId, turnId });
    },
    move: (conversationId, fromTurnId, toTurnId) => {
      move.run({ tenantId, conversationId, fromTurnId, toTurnId });
    },
    moveOthers: ({ conversationId, turnId }, messageId, toTurnId) =>
      moveOthers.run({ tenantId, conversationId, turnId, messageId, toTurnId }),
    lastHeardAt: (channel, conversationId) => lastHeardAt.get({ tenantId, channel, conversationId })?.at ?? undefined,
    lastReceivedAt: (channel, conversationId) =>
      lastReceivedAt.get({ tenantId, channel, conversationId })?.at ?? undefined,
    newestAt: (channel) => {
      let last: ReturnType<typeof newest.get>;
      for (const { id, lastActiveAt } of byActivity(tenantId, channel)) {
        if (last !== undefined && last.receivedAt > lastActiveAt + activityStepMs) break;
        const found = newest.get({ tenantId, channel, conversationId: id });
        if (found !== undefined && found.receivedAt > (last?.receivedAt ?? 0)) last = found;
      }
      return last?.heardAt || last?.receivedAt;
    },
    // Hardly anybody has erased somebody, and the digest costs more than all else here.
    wasErased: (received) =>
      anyErased.get({ tenantId }) !== undefined && erased.get({ tenantId, digest: digestOf(received) }) !== undefined,
    pruneErased: (before) => pruneErased.run({ tenantId, before, limit: prunedAtOnce }),
  });
}
