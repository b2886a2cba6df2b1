import type BetterSqlite3 from 'better-sqlite3';

/** Tables that hold nothing of a person. Any other table must have one of the columns in `linksOf`; a test sees to it. */
export const impersonalTables: ReadonlySet<string> = new Set([
  'usage',
  'revisions',
  'corpora',
  'documents',
  'chunks',
  'next_vectors',
  'served_embeddings',
  'postings',
  'source_listings',
  // Digests of ids and of addresses.
  'erased_messages',
  'opt_outs',
  // Requests of platforms by shape; what people wrote is not in it.
  'webhook_log',
]);

/** A table and the rows of it that are one person's. */
export interface TableLinks {
  readonly table: string;
  /** Which rows are the person's, over `:tenant`, `:contact`, and the JSON lists `:conversations` and `:sessions`. */
  readonly where: string;
}

const inConversations = '(SELECT value FROM json_each(:conversations))';
/** By indexes that are there anyway: of messages, and of what still waits. */
const answering = `id IN (SELECT turn_id FROM messages WHERE messages.tenant_id = :tenant AND conversation_id IN ${inConversations})`;
const sentTo = `message_id IN (SELECT id FROM messages WHERE messages.tenant_id = :tenant AND conversation_id IN ${inConversations})
  OR (state IN ('waiting', 'sending') AND conversation_id IN ${inConversations})`;
const inSessions = '(SELECT value FROM json_each(:sessions))';

/** By the columns a table has, so that a table that is added later is not forgotten here. */
export function readLinks(sqlite: BetterSqlite3.Database): readonly TableLinks[] {
  const tables = sqlite
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .pluck()
    .all() as string[];
  const linked = tables.flatMap((table): readonly TableLinks[] => {
    if (impersonalTables.has(table)) return [];
    const columns = new Set((sqlite.pragma(`table_info(${table})`) as { name: string }[]).map((column) => column.name));
    const where = columns.has('tenant_id') ? linksOf(table, columns) : undefined;
    return where === undefined ? [] : [{ table, where }];
  });
  const last = ['outbox', 'messages', 'sessions', 'conversations', 'identities', 'contacts'];
  return linked.toSorted((a, b) => last.indexOf(a.table) - last.indexOf(b.table));
}

function linksOf(table: string, columns: ReadonlySet<string>): string | undefined {
  if (table === 'contacts') return 'id = :contact';
  if (table === 'conversations') return `id IN ${inConversations}`;
  if (table === 'delivery_statuses') {
    return `(channel, provider_message_id) IN (SELECT channel, provider_message_id FROM outbox
      WHERE outbox.tenant_id = :tenant AND (${sentTo}) AND provider_message_id IS NOT NULL)`;
  }
  if (table === 'turns') return answering;
  if (table === 'outbox') return sentTo;
  // By the pair, because that is how the index begins.
  if (table === 'inbox') {
    return `(channel, conversation_id) IN (SELECT channel, id FROM conversations
      WHERE conversations.tenant_id = :tenant AND id IN ${inConversations})`;
  }
  // Also what others have claimed of the person's addresses.
  if (table === 'switches') {
    return `conversation_id IN ${inConversations} OR (channel, address) IN
      (SELECT channel, external_id FROM identities WHERE identities.tenant_id = :tenant AND contact_id = :contact)`;
  }
  if (columns.has('conversation_id')) return `conversation_id IN ${inConversations}`;
  if (columns.has('session_id')) return `session_id IN ${inSessions}`;
  if (columns.has('contact_id')) return 'contact_id = :contact';
  return undefined;
}
