import type { Selectable } from 'kysely';
import type { Connection } from './connection.ts';
import type { Tables } from './tables.ts';

export type ConversationRow = Omit<Selectable<Tables['conversations']>, 'tenantId'>;

/**
 * The time of activity is what conversations are listed by, and each change moves one in that list: a tenth of what an arriving message
 * writes. So it is left as it is for as long as it is no older than this; the session knows when its last turn was.
 */
export const activityStepMs = 60_000;

export interface ConversationRows {
  byId(id: string): ConversationRow | undefined;
  byExternalId(channel: string, externalId: string): ConversationRow | undefined;
  /** Newest activity first. */
  list(query: { readonly limit: number; readonly owner?: ConversationRow['owner'] }): readonly ConversationRow[];
  insert(row: ConversationRow): void;
  /** Somebody has written: the person, or one of us of our own accord. Kept as finely as `activityStepMs`. */
  touch(id: string, lastActiveAt: number): void;
  setOwner(id: string, owner: ConversationRow['owner']): void;
  setSession(id: string, sessionId: string): void;
  /** The platform knows it by another id from now on, which no other conversation of the channel may have. */
  setExternalId(id: string, externalId: string): void;
  /** What a turn has found out of the conversation. */
  setCourse(id: string, course: { readonly misses: number; readonly language: string }): void;
}

const columns = [
  'id',
  'channel',
  'externalId',
  'contactId',
  'sessionId',
  'owner',
  'misses',
  'language',
  'createdAt',
  'lastActiveAt',
] as const;

export function prepareConversations(connection: Connection): (tenantId: string) => ConversationRows {
  type Key = { tenantId: string; id: string };
  const byId = connection.prepare((db, p: Key) =>
    db.selectFrom('conversations').select(columns).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const byExternalId = connection.prepare((db, p: { tenantId: string; channel: string; externalId: string }) =>
    db
      .selectFrom('conversations')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('externalId', '=', p.externalId),
  );
  const list = connection.prepare((db, p: { tenantId: string; limit: number }) =>
    db
      .selectFrom('conversations')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .orderBy('lastActiveAt', 'desc')
      .limit(p.limit),
  );
  const listOwned = connection.prepare((db, p: { tenantId: string; limit: number; owner: ConversationRow['owner'] }) =>
    db
      .selectFrom('conversations')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('owner', '=', p.owner)
      .orderBy('lastActiveAt', 'desc')
      .limit(p.limit),
  );
  const insert = connection.prepare((db, p: ConversationRow & { tenantId: string }) =>
    db.insertInto('conversations').values({
      tenantId: p.tenantId,
      id: p.id,
      channel: p.channel,
      externalId: p.externalId,
      contactId: p.contactId,
      sessionId: p.sessionId,
      owner: p.owner,
      misses: p.misses,
      language: p.language,
      createdAt: p.createdAt,
      lastActiveAt: p.lastActiveAt,
    }),
  );
  const touch = connection.prepare((db, p: Key & { lastActiveAt: number }) =>
    db
      .updateTable('conversations')
      .set({ lastActiveAt: p.lastActiveAt })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const setOwner = connection.prepare((db, p: Key & { owner: ConversationRow['owner'] }) =>
    db.updateTable('conversations').set({ owner: p.owner }).where('tenantId', '=', p.tenantId).where('id', '=', p.id),
  );
  const setSession = connection.prepare((db, p: Key & { sessionId: string }) =>
    db
      .updateTable('conversations')
      .set({ sessionId: p.sessionId })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const setExternalId = connection.prepare((db, p: Key & { externalId: string }) =>
    db
      .updateTable('conversations')
      .set({ externalId: p.externalId })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const setCourse = connection.prepare((db, p: Key & { misses: number; language: string }) =>
    db
      .updateTable('conversations')
      .set({ misses: p.misses, language: p.language })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  return (tenantId) => ({
    byId: (id) => byId.get({ tenantId, id }),
    byExternalId: (channel, externalId) => byExternalId.get({ tenantId, channel, externalId }),
    list: ({ limit, owner }) =>
      owner === undefined ? list.all({ tenantId, limit }) : listOwned.all({ tenantId, limit, owner }),
    insert: (row) => {
      insert.run({ tenantId, ...row });
    },
    touch: (id, lastActiveAt) => {
      touch.run({ tenantId, id, lastActiveAt });
    },
    setOwner: (id, owner) => {
      setOwner.run({ tenantId, id, owner });
    },
    setSession: (id, sessionId) => {
      setSession.run({ tenantId, id, sessionId });
    },
    setExternalId: (id, externalId) => {
      setExternalId.run({ tenantId, id, externalId });
    },
    setCourse: (id, course) => {
      setCourse.run({ tenantId, id, ...course });
    },
  });
}
