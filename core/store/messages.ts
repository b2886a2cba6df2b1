import type { Message } from '../contract/index.ts';
import type { Connection } from './connection.ts';

/** Who wrote a message, as the platform told it. */
export interface MessageAuthor {
  /** The platform's id of the person. */
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
  readonly phone?: string;
  /** Whether others read what is written there. */
  readonly audience?: 'several';
}

export interface StoredMessage extends Message {
  readonly seq: number;
  readonly writtenBy: MessageAuthor | undefined;
  readonly turnId: string | null;
  /** Milliseconds since the epoch; null where the text is as it was first said. */
  readonly editedAt: number | null;
}
/** What a model is told of a message. */
export type SaidMessage = Pick<StoredMessage, 'seq' | 'id' | 'role' | 'text' | 'attachments' | 'author' | 'quotes'>;

export interface NewMessage {
  readonly message: Message;
  readonly conversationId: string;
  readonly sessionId: string;
  readonly turnId: string | null;
  readonly createdAtMs: number;
  readonly writtenBy?: MessageAuthor | undefined;
}

export interface Messages {
  byId(id: string): StoredMessage | undefined;
  /** The number of a message in a conversation, or in one session of it; undefined where it is not one of theirs. */
  seqIn(place: { conversationId: string; sessionId?: string }, id: string): number | undefined;
  insert(row: NewMessage): void;
  /** What was said is something else now. */
  edit(
    id: string,
    change: { readonly text: string; readonly attachments: Message['attachments']; readonly editedAt: number },
  ): void;
  /** Another turn is to answer it. */
  leaveTo(id: string, turnId: string): void;
  /** In order, after the message with this number. */
  after(
    place: { conversationId: string; sessionId?: string },
    afterSeq: number,
    limit: number,
  ): readonly StoredMessage[];
  /** The newest of a session, in order. Read with every turn, so no more of them than is needed: citations alone are twice the text. */
  recent(place: { conversationId: string; sessionId: string }, limit: number): readonly SaidMessage[];
}

const columns = [
  'seq',
  'id',
  'turnId',
  'role',
  'text',
  'attachments',
  'actions',
  'citations',
  'channel',
  'createdAt',
  'editedAt',
  'author',
  'quotes',
] as const;

interface Row {
  seq: number;
  id: string;
  turnId: string | null;
  role: Message['role'];
  text: string;
  attachments: string;
  actions: string;
  citations: string;
  channel: string;
  createdAt: number;
  editedAt: number | null;
  author: string | null;
  quotes: string | null;
}

export function prepareMessages(connection: Connection): (tenantId: string) => Messages {
  const byId = connection.prepare((db, p: { tenantId: string; id: string }) =>
    db.selectFrom('messages').select(columns).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const seqIn = connection.prepare((db, p: { tenantId: string; conversationId: string; id: string }) =>
    db
      .selectFrom('messages')
      .select(['seq', 'sessionId'])
      .where('tenantId', '=', p.tenantId)
      .where('conversationId', '=', p.conversationId)
      .where('id', '=', p.id),
  );
  const insert = connection.prepare(
    (db, p: Omit<Row, 'seq' | 'editedAt'> & { tenantId: string; conversationId: string; sessionId: string }) =>
      db.insertInto('messages').values({
        tenantId: p.tenantId,
        id: p.id,
        conversationId: p.conversationId,
        sessionId: p.sessionId,
        turnId: p.turnId,
        role: p.role,
        text: p.text,
        attachments: p.attachments,
        actions: p.actions,
        citations: p.citations,
        channel: p.channel,
        createdAt: p.createdAt,
        author: p.author,
        quotes: p.quotes,
      }),
  );
  const edit = connection.prepare(
    (db, p: { tenantId: string; id: string; text: string; attachments: string; editedAt: number }) =>
      db
        .updateTable('messages')
        .set({ text: p.text, attachments: p.attachments, editedAt: p.editedAt })
        .where('tenantId', '=', p.tenantId)
        .where('id', '=', p.id),
  );
  const leaveTo = connection.prepare((db, p: { tenantId: string; id: string; turnId: string }) =>
    db.updateTable('messages').set({ turnId: p.turnId }).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const ofConversation = connection.prepare(
    (db, p: { tenantId: string; conversationId: string; afterSeq: number; limit: number }) =>
      db
        .selectFrom('messages')
        .select(columns)
        .where('tenantId', '=', p.tenantId)
        .where('conversationId', '=', p.conversationId)
        .where('seq', '>', p.afterSeq)
        .orderBy('seq')
        .limit(p.limit),
  );
  const ofSession = connection.prepare(
    (db, p: { tenantId: string; conversationId: string; sessionId: string; afterSeq: number; limit: number }) =>
      db
        .selectFrom('messages')
        .select(columns)
        .where('tenantId', '=', p.tenantId)
        .where('conversationId', '=', p.conversationId)
        .where('sessionId', '=', p.sessionId)
        .where('seq', '>', p.afterSeq)
        .orderBy('seq')
        .limit(p.limit),
  );
  const recent = connection.prepare(
    (db, p: { tenantId: string; conversationId: string; sessionId: string; limit: number }) =>
      db
        .selectFrom('messages')
        .select(['seq', 'id', 'role', 'text', 'attachments', 'author', 'quotes'])
        .where('tenantId', '=', p.tenantId)
        .where('conversationId', '=', p.conversationId)
        .where('sessionId', '=', p.sessionId)
        .orderBy('seq', 'desc')
        .limit(p.limit),
  );
  return (tenantId) => ({
    byId: (id) => {
      const row = byId.get({ tenantId, id });
      return row === undefined ? undefined : toMessage(row);
    },
    seqIn: ({ conversationId, sessionId }, id) => {
      const row = seqIn.get({ tenantId, conversationId, id });
      return row === undefined || (sessionId !== undefined && row.sessionId !== sessionId) ? undefined : row.seq;
    },
    insert: ({ message, conversationId, sessionId, turnId, createdAtMs, writtenBy }) => {
      insert.run({
        tenantId,
        conversationId,
        sessionId,
        turnId,
        id: message.id,
        role: message.role,
        text: message.text,
        attachments: toJson(message.attachments),
        actions: toJson(message.actions),
        citations: toJson(message.citations),
        channel: message.channel,
        createdAt: createdAtMs,
        author: writtenBy === undefined ? null : JSON.stringify(writtenBy),
        quotes: message.quotes ?? null,
      });
    },
    edit: (id, { text, attachments, editedAt }) => {
      edit.run({ tenantId, id, text, attachments: toJson(attachments), editedAt });
    },
    leaveTo: (id, turnId) => {
      leaveTo.run({ tenantId, id, turnId });
    },
    after: ({ conversationId, sessionId }, afterSeq, limit) =>
      (sessionId === undefined
        ? ofConversation.all({ tenantId, conversationId, afterSeq, limit })
        : ofSession.all({ tenantId, conversationId, sessionId, afterSeq, limit })
      ).map(toMessage),
    recent: ({ conversationId, sessionId }, limit) =>
      recent.all({ tenantId, conversationId, sessionId, limit }).map(toSaid).reverse(),
  });
}

function toJson(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}

function fromJson<Item>(text: string): readonly Item[] {
  return text === '[]' ? [] : (JSON.parse(text) as readonly Item[]);
}

/** The name to be shown beside what was said, where several people say something. */
export function shownAuthor(writtenBy: MessageAuthor | undefined): Pick<Message, 'author'> {
  const author = writtenBy?.audience === undefined ? undefined : (writtenBy.name ?? writtenBy.username);
  return author === undefined ? {} : { author };
}

function toSaid({ author, attachments, quotes, ...row }: Pick<Row, keyof SaidMessage>): SaidMessage {
  return {
    ...row,
    attachments: fromJson(attachments),
    // Of one person alone with the bot there is nothing to show, and a turn reads forty messages.
    ...(author?.includes('"audience"') === true ? shownAuthor(JSON.parse(author) as MessageAuthor) : {}),
    ...(quotes === null ? {} : { quotes }),
  };
}

function toMessage(row: Row): StoredMessage {
  const writtenBy = row.author === null ? undefined : (JSON.parse(row.author) as MessageAuthor);
  return {
    seq: row.seq,
    turnId: row.turnId,
    id: row.id,
    role: row.role,
    text: row.text,
    attachments: fromJson(row.attachments),
    actions: fromJson(row.actions),
    citations: fromJson(row.citations),
    channel: row.channel,
    createdAt: new Date(row.createdAt).toISOString(),
    editedAt: row.editedAt,
    writtenBy,
    ...shownAuthor(writtenBy),
    ...(row.quotes === null ? {} : { quotes: row.quotes }),
  };
}
