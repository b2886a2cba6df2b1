import type { Connection } from './connection.ts';
import { prepareErasedTraces } from './erased-traces.ts';
import {
  type ForgettingLimits,
  firstRows,
  isOpen,
  isUnsettled,
  prepareForgottenRows,
  type RowsPlace,
} from './forgotten-rows.ts';
import { readLinks, type TableLinks } from './personal-tables.ts';
import { type Row, readableRow } from './readable-row.ts';
import {
  authorsOf,
  hasNothingLeft,
  linksInGroups,
  unquote,
  type WordsInGroups,
  wordsInGroups,
} from './words-in-groups.ts';

/** Everything stored of one person, by table; JSON columns as values, hashes left out. */
export type PersonExport = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** What is stored of persons, over all tables. Methods that change something are called inside `Store.write`. */
export interface PersonalData {
  /** Tables that may hold something of a person. */
  tables(): readonly string[];
  /** Undefined where no contact has this id. */
  export(contactId: string): PersonExport | undefined;
  /**
   * How many rows are gone, by table; undefined where no contact has this id. The file holds their bytes until `Store.scrub`. Of what
   * was received a digest of the platform's id stays for as long as the inbox keeps ids, so that it is known when it comes again; of who
   * wants no messages one of their address, for good. Of a group the person's words go with their answers; what others said there stays,
   * without the quotations.
   */
  erase(contactId: string): Readonly<Record<string, number>> | undefined;
  /**
   * Erases what was said before `before`, a part of some milliseconds at a time; call inside `Store.write` until it is done.
   * Conversations that have rested since go whole, with contacts that have no other. What was received since `idsKeptSince` keeps its
   * id, so that it is known when it comes again, and loses what it says. What waits to be answered or sent stays until that is done.
   */
  forget(place: ForgettingPlace, limits: ForgettingLimits): ForgettingPlace;
}

/** How far a clean-up is. */
export interface ForgettingPlace {
  readonly at: RowsPlace | 'resting' | 'done';
  /** How many conversations and rows are gone or emptied so far. */
  readonly forgotten: number;
}

export const forgettingBegins: ForgettingPlace = { at: 'resting', forgotten: 0 };

/** How many conversations one part of a clean-up takes: some milliseconds. */
const conversationsAtOnce = 20;

interface Scope {
  readonly tenant: string;
  readonly contact: string;
  /** JSON lists of ids. */
  readonly conversations: string;
  readonly sessions: string;
}

export function preparePersonalData(connection: Connection): (tenantId: string) => PersonalData {
  const { sqlite } = connection;
  const { rememberIds, rememberOptOuts } = prepareErasedTraces(connection);
  let links: readonly TableLinks[] | undefined;
  const allLinks = (): readonly TableLinks[] => {
    links ??= readLinks(sqlite);
    return links;
  };

  const sessionsOf = (tenant: string, conversations: readonly string[]): readonly string[] =>
    sqlite
      .prepare(`SELECT id FROM sessions WHERE tenant_id = ? AND conversation_id IN (SELECT value FROM json_each(?))`)
      .pluck()
      .all(tenant, JSON.stringify(conversations)) as string[];

  const scopeOf = (tenant: string, contact: string): Scope | undefined => {
    const known = sqlite.prepare('SELECT 1 FROM contacts WHERE tenant_id = ? AND id = ?').get(tenant, contact);
    if (known === undefined) return undefined;
    const conversations = sqlite
      .prepare('SELECT id FROM conversations WHERE tenant_id = ? AND contact_id = ?')
      .pluck()
      .all(tenant, contact) as string[];
    return scope(tenant, contact, conversations);
  };
  const scope = (tenant: string, contact: string, conversations: readonly string[]): Scope => ({
    tenant,
    contact,
    conversations: JSON.stringify(conversations),
    sessions: JSON.stringify(sessionsOf(tenant, conversations)),
  });

  /** Tables in an order in which each still finds its rows: those that others are found through go last. */
  const eraseRows = (links: readonly TableLinks[], of: { readonly tenant: string }): Record<string, number> => {
    const erased: Record<string, number> = {};
    for (const { table, where } of links) {
      const { changes } = sqlite.prepare(`DELETE FROM ${table} WHERE tenant_id = :tenant AND (${where})`).run(of);
      if (changes > 0) erased[table] = changes;
    }
    return erased;
  };

  const eraseScope = (person: Scope): Record<string, number> => {
    rememberIds(person, 'conversations.id IN (SELECT value FROM json_each(:conversations))');
    rememberOptOuts(person);
    return eraseRows(allLinks(), person);
  };

  const eraseWords = (words: WordsInGroups): Record<string, number> => {
    unquote(sqlite, words);
    rememberIds(
      words,
      `conversations.id IN (SELECT value FROM json_each(:groups))
       AND inbox.message_id IN (SELECT value FROM json_each(:said))`,
    );
    return eraseRows(linksInGroups, words);
  };

  /** Those of whom nothing else is there. */
  const forgetContacts = (tenant: string, contacts: Iterable<string>): void => {
    for (const contact of contacts) if (hasNothingLeft(sqlite, tenant, contact)) eraseScope(scope(tenant, contact, []));
  };

  const restingConversations = (tenant: string, before: number) =>
    sqlite
      .prepare(
        `SELECT id, contact_id AS contact FROM conversations WHERE tenant_id = ? AND last_active_at < ?
         AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.tenant_id = conversations.tenant_id
           AND inbox.conversation_id = conversations.id AND ${isOpen})
         AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.tenant_id = conversations.tenant_id
           AND outbox.conversation_id = conversations.id AND ${isUnsettled})
         ORDER BY last_active_at LIMIT ?`,
      )
      .all(tenant, before, conversationsAtOnce) as { id: string; contact: string }[];

  const forgetResting = (tenant: string, before: number): number => {
    const resting = restingConversations(tenant, before);
    if (resting.length === 0) return 0;
    const ids = resting.map(({ id }) => id);
    const contacts = new Set([
      ...resting.map(({ contact }) => contact),
      ...authorsOf(sqlite, tenant, 'conversation_id', ids),
    ]);
    // No contact is named, so that other conversations of the same person stay.
    eraseScope(scope(tenant, '', ids));
    forgetContacts(tenant, contacts);
    return resting.length;
  };

  const forgetRows = prepareForgottenRows(sqlite, forgetContacts);

  const forgetTransient = (tenant: string, before: number): void => {
    sqlite
      .prepare(
        `DELETE FROM stream_events WHERE tenant_id = :tenant AND session_id IN
           (SELECT id FROM sessions WHERE tenant_id = :tenant AND last_active_at < :before)`,
      )
      .run({ tenant, before });
    // What has not arrived by now is not worth keeping somebody's words for.
    sqlite.prepare('DELETE FROM event_queue WHERE tenant_id = ? AND created_at < ?').run(tenant, before);
  };

  return (tenantId) => ({
    tables: () => allLinks().map(({ table }) => table),
    export: (contactId) => {
      const person = scopeOf(tenantId, contactId);
      if (person === undefined) return undefined;
      const rowsOf = ({ table, where }: TableLinks, of: object) =>
        (sqlite.prepare(`SELECT * FROM ${table} WHERE tenant_id = :tenant AND (${where})`).all(of) as Row[]).map(
          readableRow,
        );
      const words = wordsInGroups(sqlite, tenantId, contactId);
      const inGroups = (table: string) => {
        const links = words === undefined ? undefined : linksInGroups.find((one) => one.table === table);
        return links === undefined ? [] : rowsOf(links, words ?? {});
      };
      const tables = allLinks()
        .toReversed()
        .map((links): [string, readonly Row[]] => [links.table, [...rowsOf(links, person), ...inGroups(links.table)]]);
      return Object.fromEntries(tables.filter(([, rows]) => rows.length > 0));
    },
    erase: (contactId) => {
      const person = scopeOf(tenantId, contactId);
      if (person === undefined) return undefined;
      const words = wordsInGroups(sqlite, tenantId, contactId);
      const erased: Record<string, number> = words === undefined ? {} : eraseWords(words);
      for (const [table, count] of Object.entries(eraseScope(person))) erased[table] = (erased[table] ?? 0) + count;
      return erased;
    },
    forget: ({ at, forgotten }, limits) => {
      if (at === 'done') return { at, forgotten };
      if (at === 'resting') {
        const rested = forgetResting(tenantId, limits.before);
        return { at: rested > 0 ? at : firstRows, forgotten: forgotten + rested };
      }
      const part = forgetRows(tenantId, at, limits);
      if (part.next === undefined) forgetTransient(tenantId, limits.before);
      return { at: part.next ?? 'done', forgotten: forgotten + part.forgotten };
    },
  });
}
