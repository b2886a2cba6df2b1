import type { Connection } from './connection.ts';
import { readLinks, type TableLinks } from './personal-tables.ts';
import { digestOf, type ReceivedId } from './received-id.ts';

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
   * was received a digest of the platform's id stays for as long as the inbox keeps ids, so that it is known when it comes again.
   */
  erase(contactId: string): Readonly<Record<string, number>> | undefined;
  /**
   * Erases what was said before this time. Conversations that have rested since go whole, with contacts that have no other. What was
   * received since `idsKeptSince` keeps its id, so that it is known when it comes again, and loses what it says.
   */
  forgetting(before: number, idsKeptSince: number): Forgetting;
}

/** A clean-up in parts of some milliseconds. */
export interface Forgetting {
  /** Does one part, inside `Store.write`, and says whether there is more. */
  next(): 'more' | 'done';
  /** How many conversations and rows are gone or emptied so far. */
  readonly forgotten: number;
}

/** How many conversations, and how many rows of a table, one part of a clean-up takes: some milliseconds. */
const conversationsAtOnce = 20;
const rowsAtOnce = 500;

interface Scope {
  readonly tenant: string;
  readonly contact: string;
  /** JSON lists of ids. */
  readonly conversations: string;
  readonly sessions: string;
}

/** Tables that grow with what is said. Their ids are ordered by time, so old rows come first. */
const agedTables = [
  { table: 'messages', at: 'created_at', settled: '1' },
  { table: 'turns', at: 'completed_at', settled: '1' },
  { table: 'outbox', at: 'created_at', settled: `state NOT IN ('waiting', 'sending')` },
] as const;
type Aged = (typeof agedTables)[number];

interface Limits {
  readonly before: number;
  readonly idsKeptSince: number;
}
interface Page {
  readonly forgotten: number;
  readonly next: string | undefined;
}

export function preparePersonalData(connection: Connection): (tenantId: string) => PersonalData {
  const { sqlite } = connection;
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

  /** What the platform delivers again is then no new message. */
  const rememberIds = (person: Scope): void => {
    const received = sqlite
      .prepare(
        `SELECT inbox.channel, conversations.external_id AS conversation, inbox.external_id AS id, received_at AS at
         FROM conversations JOIN inbox ON inbox.tenant_id = conversations.tenant_id
           AND inbox.channel = conversations.channel AND inbox.conversation_id = conversations.id
         WHERE conversations.tenant_id = :tenant AND conversations.id IN (SELECT value FROM json_each(:conversations))`,
      )
      .all(person) as (ReceivedId & { readonly at: number })[];
    const keep = sqlite.prepare(
      'INSERT OR IGNORE INTO erased_messages (tenant_id, digest, received_at) VALUES (?, ?, ?)',
    );
    for (const { at, ...one } of received) keep.run(person.tenant, digestOf(one), at);
  };

  /** Tables in an order in which each still finds its rows: those that others are found through go last. */
  const eraseScope = (person: Scope): Record<string, number> => {
    rememberIds(person);
    const erased: Record<string, number> = {};
    for (const { table, where } of allLinks()) {
      const { changes } = sqlite.prepare(`DELETE FROM ${table} WHERE tenant_id = :tenant AND (${where})`).run(person);
      if (changes > 0) erased[table] = changes;
    }
    return erased;
  };

  const restingConversations = (tenant: string, before: number) =>
    sqlite
      .prepare(
        `SELECT id, contact_id AS contact FROM conversations WHERE tenant_id = ? AND last_active_at < ?
         AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.tenant_id = conversations.tenant_id
           AND inbox.conversation_id = conversations.id AND inbox.state = 'open')
         ORDER BY last_active_at LIMIT ?`,
      )
      .all(tenant, before, conversationsAtOnce) as { id: string; contact: string }[];

  const forgetResting = (tenant: string, before: number): number => {
    const resting = restingConversations(tenant, before);
    if (resting.length === 0) return 0;
    // No contact is named, so that other conversations of the same person stay.
    eraseScope(
      scope(
        tenant,
        '',
        resting.map(({ id }) => id),
      ),
    );
    const left = sqlite.prepare('SELECT 1 FROM conversations WHERE tenant_id = ? AND contact_id = ?');
    for (const contact of new Set(resting.map((one) => one.contact))) {
      if (left.get(tenant, contact) === undefined) eraseScope(scope(tenant, contact, []));
    }
    return resting.length;
  };

  /** One page of a table whose conversations live on. Gives where the next one begins; undefined when the rest is younger. */
  const forgetPage = (tenant: string, aged: Aged, after: string, limits: Limits): Page => {
    const rows = sqlite
      .prepare(
        `SELECT id, ${aged.at} AS at, ${aged.settled} AS settled FROM ${aged.table}
         WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?`,
      )
      .all(tenant, after, rowsAtOnce) as { id: string; at: number; settled: number }[];
    const old = rows.filter(({ at, settled }) => at < limits.before && settled === 1);
    const ids = JSON.stringify(old.map(({ id }) => id));
    let forgotten = 0;
    const run = (sql: string, ...more: number[]): void => {
      forgotten += sqlite.prepare(sql).run(tenant, ids, ...more).changes;
    };
    const these = 'tenant_id = ? AND id IN (SELECT value FROM json_each(?))';
    if (old.length > 0 && aged.table === 'messages') {
      // An inbox row names its message, so the message stays as long as the row, emptied.
      run(`DELETE FROM messages WHERE ${these} AND (role != 'contact' OR created_at < ?)`, limits.idsKeptSince);
      run(
        `UPDATE messages SET text = '', attachments = '[]', actions = '[]', citations = '[]', author = NULL, quotes = NULL
         WHERE ${these} AND (text != '' OR attachments != '[]' OR actions != '[]' OR author IS NOT NULL OR quotes IS NOT NULL)`,
      );
    } else if (old.length > 0) run(`DELETE FROM ${aged.table} WHERE ${these}`);
    const isLast = rows.length < rowsAtOnce || rows.every(({ at }) => at >= limits.before);
    return { forgotten, next: isLast ? undefined : rows.at(-1)?.id };
  };

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
      const tables = allLinks()
        .toReversed()
        .map(({ table, where }): [string, readonly Record<string, unknown>[]] => [
          table,
          (
            sqlite.prepare(`SELECT * FROM ${table} WHERE tenant_id = :tenant AND (${where})`).all(person) as Record<
              string,
              unknown
            >[]
          ).map(readable),
        ]);
      return Object.fromEntries(tables.filter(([, rows]) => rows.length > 0));
    },
    erase: (contactId) => {
      const person = scopeOf(tenantId, contactId);
      return person === undefined ? undefined : eraseScope(person);
    },
    forgetting: (before, idsKeptSince) => {
      const tables = [...agedTables];
      let after = '';
      let forgotten = 0;
      let isResting = true;
      return {
        get forgotten() {
          return forgotten;
        },
        next: () => {
          const rested = isResting ? forgetResting(tenantId, before) : 0;
          isResting = rested > 0;
          forgotten += rested;
          if (isResting) return 'more';
          const [aged] = tables;
          if (aged === undefined) {
            forgetTransient(tenantId, before);
            return 'done';
          }
          const page = forgetPage(tenantId, aged, after, { before, idsKeptSince });
          forgotten += page.forgotten;
          after = page.next ?? '';
          if (page.next === undefined) tables.shift();
          return 'more';
        },
      };
    },
  });
}

function readable(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (column === 'tenant_id' || column.endsWith('_hash')) continue;
    const name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    shown[name] = jsonColumns.has(column) && typeof value === 'string' ? parsed(value) : value;
  }
  return shown;
}

const jsonColumns: ReadonlySet<string> = new Set([
  'attachments',
  'actions',
  'citations',
  'metadata',
  'trace',
  'payload',
  'author',
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
