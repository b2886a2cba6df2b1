import type BetterSqlite3 from 'better-sqlite3';
import type { TableLinks } from './personal-tables.ts';

/** What one person has said where others write too, and what was answered: the conversation is not theirs, and stays. */
export interface WordsInGroups {
  readonly tenant: string;
  /** JSON lists of ids. */
  readonly said: string;
  readonly turns: string;
  readonly groups: string;
  readonly groupSessions: string;
}

const list = (name: string): string => `(SELECT value FROM json_each(:${name}))`;
const mentioned = `EXISTS (SELECT 1 FROM json_each(:said) WHERE instr(payload, value) > 0)`;

/** Those that others are found through come last. */
export const linksInGroups: readonly TableLinks[] = [
  { table: 'turns', where: `conversation_id IN ${list('groups')} AND id IN ${list('turns')}` },
  { table: 'event_queue', where: `conversation_id IN ${list('groups')} AND ${mentioned}` },
  { table: 'stream_events', where: `session_id IN ${list('groupSessions')} AND ${mentioned}` },
  {
    table: 'inbox',
    where: `(channel, conversation_id) IN (SELECT channel, id FROM conversations
      WHERE conversations.tenant_id = :tenant AND id IN ${list('groups')}) AND message_id IN ${list('said')}`,
  },
  {
    table: 'delivery_statuses',
    where: `(channel, provider_message_id) IN (SELECT channel, provider_message_id FROM outbox
      WHERE outbox.tenant_id = :tenant AND message_id IN ${list('said')} AND provider_message_id IS NOT NULL)`,
  },
  { table: 'outbox', where: `message_id IN ${list('said')}` },
  { table: 'messages', where: `id IN ${list('said')}` },
];

const byPerson = `SELECT messages.id, turn_id AS turn, conversation_id AS conversation FROM identities
  JOIN messages ON messages.tenant_id = identities.tenant_id AND messages.channel = identities.channel
    AND json_extract(messages.author, '$.id') = identities.external_id
  WHERE identities.tenant_id = ? AND identities.contact_id = ?
    AND json_extract(messages.author, '$.audience') = 'several'`;

/** Undefined where the person has said nothing among others. */
export function wordsInGroups(
  sqlite: BetterSqlite3.Database,
  tenant: string,
  contact: string,
): WordsInGroups | undefined {
  const own = sqlite.prepare(byPerson).all(tenant, contact) as {
    id: string;
    turn: string | null;
    conversation: string;
  }[];
  if (own.length === 0) return undefined;
  const groups = JSON.stringify([...new Set(own.map(({ conversation }) => conversation))]);
  const turns = JSON.stringify([...new Set(own.flatMap(({ turn }) => turn ?? []))]);
  const answers = sqlite
    .prepare(
      `SELECT id FROM messages WHERE tenant_id = ? AND conversation_id IN (SELECT value FROM json_each(?))
       AND turn_id IN (SELECT value FROM json_each(?)) AND role != 'contact'`,
    )
    .pluck()
    .all(tenant, groups, turns) as string[];
  const sessions = sqlite
    .prepare('SELECT id FROM sessions WHERE tenant_id = ? AND conversation_id IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(tenant, groups);
  return {
    tenant,
    said: JSON.stringify([...own.map(({ id }) => id), ...answers]),
    turns,
    groups,
    groupSessions: JSON.stringify(sessions),
  };
}

/** Takes the person's words out of what others have quoted of them. Call before they are erased. */
export function unquote(sqlite: BetterSqlite3.Database, words: WordsInGroups): void {
  const { tenant, said, groups } = words;
  const texts = sqlite
    .prepare('SELECT text FROM messages WHERE tenant_id = ? AND id IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(tenant, said) as string[];
  const onOneLine = texts.map((text) => text.replace(/\s+/g, ' ').trim());
  const quoting = sqlite
    .prepare(
      `SELECT id, quotes FROM messages WHERE tenant_id = ? AND conversation_id IN (SELECT value FROM json_each(?))
       AND quotes IS NOT NULL`,
    )
    .all(tenant, groups) as { id: string; quotes: string }[];
  const clear = sqlite.prepare('UPDATE messages SET quotes = NULL WHERE tenant_id = ? AND id = ?');
  for (const { id, quotes } of quoting) {
    const quoted = quotes.replace(/…$/u, '');
    // The platform may repeat a part of it.
    if (onOneLine.some((text) => text.includes(quoted))) clear.run(tenant, id);
  }
}

/** Contacts who wrote the messages among others. `which` is a condition on messages over one JSON list. */
export function authorsOf(
  sqlite: BetterSqlite3.Database,
  tenant: string,
  which: 'conversation_id' | 'id',
  ids: readonly string[],
): readonly string[] {
  return sqlite
    .prepare(
      `SELECT DISTINCT identities.contact_id FROM messages JOIN identities ON identities.tenant_id = messages.tenant_id
         AND identities.channel = messages.channel AND identities.external_id = json_extract(messages.author, '$.id')
       WHERE messages.tenant_id = ? AND messages.${which} IN (SELECT value FROM json_each(?)) AND messages.author IS NOT NULL`,
    )
    .pluck()
    .all(tenant, JSON.stringify(ids)) as string[];
}

/** Whether nothing is kept any more that the contact has said: no conversation, and no word among others. */
export function hasNothingLeft(sqlite: BetterSqlite3.Database, tenant: string, contact: string): boolean {
  const conversation = sqlite.prepare('SELECT 1 FROM conversations WHERE tenant_id = ? AND contact_id = ? LIMIT 1');
  if (conversation.get(tenant, contact) !== undefined) return false;
  return sqlite.prepare(`${byPerson} LIMIT 1`).get(tenant, contact) === undefined;
}
