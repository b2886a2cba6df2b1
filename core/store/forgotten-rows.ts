import type BetterSqlite3 from 'better-sqlite3';
import { authorsOf } from './words-in-groups.ts';

export interface ForgettingLimits {
  readonly before: number;
  readonly idsKeptSince: number;
}

/** How far the rows of conversations that live on are: behind this message of this conversation, then behind this row of the outbox. */
export type RowsPlace =
  | { readonly conversation: string; readonly seq: number }
  | { readonly message: string; readonly seq: number };

export const firstRows: RowsPlace = { conversation: '', seq: 0 };

/** What one part has erased, and where the next begins: nowhere when the rest is younger. */
export interface ForgottenPart {
  readonly forgotten: number;
  readonly next: RowsPlace | undefined;
}

/** How many conversations are looked at in one part, and how many rows are read, of which so many in one conversation: some milliseconds. */
const conversationsAtOnce = 50;
const rowsAtOnce = 500;
const rowsOfOne = 100;

/** Conditions on what waits in a conversation, in the words of the partial indexes. */
export const isOpen = `inbox.state = 'open'`;
export const isUnsettled = `outbox.state IN ('waiting', 'sending')`;
const messageIsSettled = ['inbox', 'outbox']
  .map(
    (table) => `NOT EXISTS (SELECT 1 FROM ${table} WHERE ${table}.tenant_id = messages.tenant_id
      AND ${table}.conversation_id = messages.conversation_id AND ${table}.message_id = messages.id
      AND ${table === 'inbox' ? isOpen : isUnsettled})`,
  )
  .join(' AND ');

const these = 'tenant_id = ? AND id IN (SELECT value FROM json_each(?))';

/**
 * Erases old rows of conversations that live on, a part at a time. Only a conversation that began before `before` can have any, and ids of
 * conversations grow with time.
 */
export function prepareForgottenRows(
  sqlite: BetterSqlite3.Database,
  forgetContacts: (tenant: string, contacts: readonly string[]) => void,
): (tenant: string, place: RowsPlace, limits: ForgettingLimits) => ForgottenPart {
  interface SaidThere {
    readonly seq: number;
    readonly id: string;
    readonly at: number;
    readonly settled: number;
  }

  const forgetMessages = (tenant: string, said: readonly SaidThere[], limits: ForgettingLimits): number => {
    const settled = said.filter((one) => one.at < limits.before && one.settled === 1).map(({ id }) => id);
    if (settled.length === 0) return 0;
    const ids = JSON.stringify(settled);
    const authors = authorsOf(sqlite, tenant, 'id', settled);
    // An inbox row names its message, so the message stays as long as the row, emptied.
    const gone = sqlite
      .prepare(`DELETE FROM messages WHERE ${these} AND (role != 'contact' OR created_at < ?)`)
      .run(tenant, ids, limits.idsKeptSince).changes;
    const emptied = sqlite
      .prepare(
        `UPDATE messages SET text = '', attachments = '[]', actions = '[]', citations = '[]', author = NULL, quotes = NULL
         WHERE ${these} AND (text != '' OR attachments != '[]' OR actions != '[]' OR author IS NOT NULL OR quotes IS NOT NULL)`,
      )
      .run(tenant, ids).changes;
    forgetContacts(tenant, authors);
    return gone + emptied;
  };

  const saidBehind = (tenant: string, conversation: string, seq: number, limit: number) =>
    sqlite
      .prepare(
        `SELECT seq, id, created_at AS at, ${messageIsSettled} AS settled FROM messages
         WHERE tenant_id = ? AND conversation_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
      )
      .all(tenant, conversation, seq, limit) as SaidThere[];

  const forgetTurns = (tenant: string, conversation: string, before: number): number =>
    sqlite
      .prepare(
        `DELETE FROM turns WHERE seq IN (SELECT seq FROM (SELECT seq, completed_at FROM turns
           WHERE tenant_id = ? AND conversation_id = ? ORDER BY seq LIMIT ?) WHERE completed_at < ?)`,
      )
      .run(tenant, conversation, rowsOfOne, before).changes;

  const forgetInConversations = (
    tenant: string,
    place: Extract<RowsPlace, { conversation: string }>,
    limits: ForgettingLimits,
  ): ForgottenPart => {
    const conversations = sqlite
      .prepare('SELECT id, created_at AS at FROM conversations WHERE tenant_id = ? AND id >= ? ORDER BY id LIMIT ?')
      .all(tenant, place.conversation, conversationsAtOnce) as { id: string; at: number }[];
    let forgotten = 0;
    let room = rowsAtOnce;
    for (const { id } of conversations.filter(({ at }) => at < limits.before)) {
      let seq = id === place.conversation ? place.seq : 0;
      const atOnce = Math.min(room, rowsOfOne);
      const said = saidBehind(tenant, id, seq, atOnce);
      forgotten += forgetMessages(tenant, said, limits);
      seq = said.at(-1)?.seq ?? seq;
      const turns = forgetTurns(tenant, id, limits.before);
      forgotten += turns;
      const isMore = said.length === atOnce && said.some(({ at }) => at < limits.before);
      room -= said.length + turns;
      if (isMore || turns === rowsOfOne || room <= 0) return { forgotten, next: { conversation: id, seq } };
    }
    const last = conversations.at(-1);
    const isLast = conversations.length < conversationsAtOnce || conversations.every(({ at }) => at >= limits.before);
    // The next id there can be.
    const next = isLast || last === undefined ? { message: '', seq: 0 } : { conversation: `${last.id}\0`, seq: 0 };
    return { forgotten, next };
  };

  const forgetSent = (
    tenant: string,
    place: Extract<RowsPlace, { message: string }>,
    { before }: ForgettingLimits,
  ): ForgottenPart => {
    const rows = sqlite
      .prepare(
        `SELECT seq, id, message_id AS message, created_at AS at, NOT (${isUnsettled}) AS settled FROM outbox
         WHERE tenant_id = ? AND (message_id, seq) > (?, ?) ORDER BY message_id, seq LIMIT ?`,
      )
      .all(tenant, place.message, place.seq, rowsAtOnce) as {
      seq: number;
      id: string;
      message: string;
      at: number;
      settled: number;
    }[];
    const old = JSON.stringify(rows.filter(({ at, settled }) => at < before && settled === 1).map(({ id }) => id));
    const statuses = sqlite
      .prepare(
        `DELETE FROM delivery_statuses WHERE (tenant_id, channel, provider_message_id) IN
           (SELECT tenant_id, channel, provider_message_id FROM outbox WHERE ${these} AND provider_message_id IS NOT NULL)`,
      )
      .run(tenant, old).changes;
    const sent = sqlite.prepare(`DELETE FROM outbox WHERE ${these}`).run(tenant, old).changes;
    const last = rows.at(-1);
    const isLast = last === undefined || rows.length < rowsAtOnce || rows.every(({ at }) => at >= before);
    return { forgotten: statuses + sent, next: isLast ? undefined : { message: last.message, seq: last.seq } };
  };

  return (tenant, place, limits) =>
    'conversation' in place ? forgetInConversations(tenant, place, limits) : forgetSent(tenant, place, limits);
}
