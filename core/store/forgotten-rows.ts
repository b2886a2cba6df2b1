import type BetterSqlite3 from 'better-sqlite3';
import { authorsOf } from './words-in-groups.ts';

export interface ForgettingLimits {
  readonly before: number;
  readonly idsKeptSince: number;
}

/** How far the rows of conversations that live on are: behind this message of this conversation. */
export interface RowsPlace {
  readonly conversation: string;
  readonly seq: number;
}

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
    readonly turn: string | null;
    readonly at: number;
    readonly settled: number;
  }

  /** With the turns that answered them, and what was sent of them. */
  const forgetMessages = (tenant: string, said: readonly SaidThere[], limits: ForgettingLimits): number => {
    const old = said.filter((one) => one.at < limits.before && one.settled === 1);
    if (old.length === 0) return 0;
    const settled = old.map(({ id }) => id);
    const ids = JSON.stringify(settled);
    const authors = authorsOf(sqlite, tenant, 'id', settled);
    const sent = forgetSent(tenant, ids);
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
    const turns = forgetTurns(
      tenant,
      JSON.stringify([...new Set(old.flatMap(({ turn }) => turn ?? []))]),
      limits.before,
    );
    forgetContacts(tenant, authors);
    return sent + gone + emptied + turns;
  };

  const saidBehind = (tenant: string, conversation: string, seq: number, limit: number) =>
    sqlite
      .prepare(
        `SELECT seq, id, turn_id AS turn, created_at AS at, ${messageIsSettled} AS settled FROM messages
         WHERE tenant_id = ? AND conversation_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
      )
      .all(tenant, conversation, seq, limit) as SaidThere[];

  /** One that ended later is found by what it said, which is younger; where it said nothing it goes with the last that was asked. */
  const forgetTurns = (tenant: string, turns: string, before: number): number =>
    sqlite
      .prepare(
        `DELETE FROM turns WHERE ${these} AND (completed_at < ? OR NOT EXISTS (SELECT 1 FROM messages
           WHERE messages.tenant_id = turns.tenant_id AND messages.conversation_id = turns.conversation_id
           AND messages.turn_id = turns.id))`,
      )
      .run(tenant, turns, before).changes;

  const forgetSent = (tenant: string, messages: string): number => {
    const ofThese = `tenant_id = ? AND message_id IN (SELECT value FROM json_each(?)) AND NOT (${isUnsettled})`;
    const statuses = sqlite
      .prepare(
        `DELETE FROM delivery_statuses WHERE (tenant_id, channel, provider_message_id) IN
           (SELECT tenant_id, channel, provider_message_id FROM outbox WHERE ${ofThese} AND provider_message_id IS NOT NULL)`,
      )
      .run(tenant, messages).changes;
    return statuses + sqlite.prepare(`DELETE FROM outbox WHERE ${ofThese}`).run(tenant, messages).changes;
  };

  return (tenant, place, limits) => {
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
      const isMore = said.length === atOnce && said.some(({ at }) => at < limits.before);
      room -= said.length;
      if (isMore || room <= 0) return { forgotten, next: { conversation: id, seq } };
    }
    const last = conversations.at(-1);
    const isLast = conversations.length < conversationsAtOnce || conversations.every(({ at }) => at >= limits.before);
    // The next id there can be.
    return { forgotten, next: isLast || last === undefined ? undefined : { conversation: `${last.id}\0`, seq: 0 } };
  };
}
