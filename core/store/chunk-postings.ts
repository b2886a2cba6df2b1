import type { Connection } from './connection.ts';
import type { SecondReads } from './second-reads.ts';

/** One chunk that holds a term. */
export interface Posting {
  readonly label: number;
  /** How often, up to 255. */
  readonly count: number;
  /** Terms of the whole chunk, within 3 %. */
  readonly length: number;
}

export interface TermEntry extends Posting {
  readonly term: string;
}

/** The chunks that hold one term, in the order of their labels. Nothing is decoded before it is asked for. */
export interface TermPostings {
  readonly size: number;
  /** Of memory. */
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** `lengthCode`: of the chunk's length in terms, see `lengthOfCode`. As it is stored: a fraction for each entry would be garbage. */
  each(visit: (label: number, count: number, lengthCode: number) => void): void;
  has(label: number): boolean;
}

/**
 * Which chunks hold a term, by tenant and term.
 *
 * Why not FTS5: one table for all tenants ranks by everybody's statistics (a question's score would tell of other tenants' texts,
 * and rare words of one tenant would be common ones of the house); one table a tenant is ten tables times a thousand in every
 * connection's schema; and reading FTS5's own lists through fts5vocab with a tenant's mark in each term took 24 ms a question at
 * 240 chunks. A row a term, read by its key, keeps each tenant's statistics exact and its rows its own; the
 * questions of XQuAD take 0.14 ms there (99th of 100: 0.57 ms).
 */
export interface Postings {
  /** The entries of each of the terms that some chunk holds. */
  read(terms: readonly string[]): ReadonlyMap<string, TermPostings>;
  /** Call inside `Store.write`. */
  add(entries: Iterable<TermEntry>): void;
  /** Call inside `Store.write`. `terms` are those of the chunks with these labels. */
  remove(labels: ReadonlySet<number>, terms: Iterable<string>): void;
  /** Call inside `Store.write`. */
  clear(): void;
}

/** Remembers what was read until `forget`. */
export interface ReadPostings {
  /** `null` where no chunk holds the term. */
  of(tenantId: string): { readonly postings: SecondReads<string, TermPostings | null> };
  forget(tenantId: string): void;
}

const entryBytes = 6;
/** 1,024 labels a value: at most 6 kB are rewritten when a chunk with a common term is added. */
const segmentBits = 10;

export function preparePostings(connection: Connection, recent: ReadPostings): (tenantId: string) => Postings {
  const { sqlite } = connection;
  let made: Statements | undefined;
  const statements = (): Statements => {
    made ??= {
      read: sqlite
        .prepare(
          `SELECT q.value, (
           SELECT CAST(group_concat(entries, '') AS BLOB)
           FROM (SELECT entries FROM postings WHERE tenant_id = @tenantId AND term = q.value ORDER BY segment)
         ) FROM json_each(@terms) q`,
        )
        .raw(),
      segment: sqlite.prepare(
        'SELECT entries FROM postings WHERE tenant_id = @tenantId AND term = @term AND segment = @segment',
      ),
      // Two blobs joined by || are text to SQLite, with the same bytes.
      append: sqlite.prepare(
        `INSERT INTO postings (tenant_id, term, segment, entries) VALUES (@tenantId, @term, @segment, @entries)
         ON CONFLICT DO UPDATE SET entries = CAST(entries || excluded.entries AS BLOB)`,
      ),
      replace: sqlite.prepare(
        'UPDATE postings SET entries = @entries WHERE tenant_id = @tenantId AND term = @term AND segment = @segment',
      ),
      drop: sqlite.prepare('DELETE FROM postings WHERE tenant_id = @tenantId AND term = @term AND segment = @segment'),
      clear: sqlite.prepare('DELETE FROM postings WHERE tenant_id = @tenantId'),
    };
    return made;
  };

  function* readLists(tenantId: string, terms: readonly string[]): Generator<readonly [string, TermPostings | null]> {
    const rows = statements().read.all({ tenantId, terms: JSON.stringify(terms) }) as readonly (readonly [
      term: string,
      entries: Buffer | null,
    ])[];
    for (const [term, entries] of rows) yield [term, entries === null ? null : new PackedPostings(entries)];
  }

  return (tenantId) => ({
    read(terms) {
      const found = new Map<string, TermPostings>();
      const lists = recent.of(tenantId).postings.getAll(terms, (unread) => readLists(tenantId, unread));
      for (const [term, list] of lists) if (list !== null) found.set(term, list);
      return found;
    },
    add(entries) {
      recent.forget(tenantId);
      for (const [segment, byTerm] of bySegment(entries)) {
        // In the order of the key, neighbours lie on the same page: a third less time than as they come.
        for (const [term, list] of [...byTerm].sort(byKey)) {
          statements().append.run({ tenantId, term, segment, entries: encode(list) });
        }
      }
    },
    remove(labels, terms) {
      recent.forget(tenantId);
      const segments = new Set([...labels].map((label) => label >>> segmentBits));
      for (const term of new Set(terms)) {
        for (const segment of segments) {
          const row = statements().segment.get({ tenantId, term, segment }) as { readonly entries: Buffer } | undefined;
          if (row === undefined) continue;
          const kept = decode(row.entries).filter(({ label }) => !labels.has(label));
          if (kept.length === 0) statements().drop.run({ tenantId, term, segment });
          else statements().replace.run({ tenantId, term, segment, entries: encode(kept) });
        }
      }
    },
    clear() {
      recent.forget(tenantId);
      statements().clear.run({ tenantId });
    },
  });
}

class PackedPostings implements TermPostings {
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.size = bytes.length / entryBytes;
  }

  get bytes(): number {
    return this.#bytes.length;
  }

  get first(): number {
    return labelAt(this.#bytes, 0);
  }

  get last(): number {
    return labelAt(this.#bytes, this.#bytes.length - entryBytes);
  }

  each(visit: (label: number, count: number, lengthCode: number) => void): void {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.length; at += entryBytes)
      visit(labelAt(bytes, at), bytes[at + 4] ?? 1, bytes[at + 5] ?? 0);
  }

  has(label: number): boolean {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = labelAt(this.#bytes, middle * entryBytes);
      if (found === label) return true;
      if (found < label) low = middle + 1;
      else high = middle;
    }
    return false;
  }
}

/** Little-endian, by hand: about half the time of `readUInt32LE`. */
function labelAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

type Statement = ReturnType<Connection['sqlite']['prepare']>;
type Statements = Record<'read' | 'segment' | 'append' | 'replace' | 'drop' | 'clear', Statement>;

function bySegment(entries: Iterable<TermEntry>): Map<number, Map<string, Posting[]>> {
  const segments = new Map<number, Map<string, Posting[]>>();
  for (const entry of entries) {
    const segment = entry.label >>> segmentBits;
    let terms = segments.get(segment);
    if (terms === undefined) {
      terms = new Map();
      segments.set(segment, terms);
    }
    const list = terms.get(entry.term);
    if (list === undefined) terms.set(entry.term, [entry]);
    else list.push(entry);
  }
  return segments;
}

function encode(postings: readonly Posting[]): Buffer {
  const bytes = Buffer.alloc(postings.length * entryBytes);
  let at = 0;
  for (const { label, count, length } of postings) {
    bytes.writeUInt32LE(label, at);
    bytes[at + 4] = Math.min(count, 255);
    bytes[at + 5] = Math.min(Math.round(lengthSteps * Math.log2(1 + length)), 255);
    at += entryBytes;
  }
  return bytes;
}

/** Twelve steps each time the length doubles: 255 steps reach two million terms. */
const lengthSteps = 12;
/** Terms of a chunk, within 3 %, by the code that stands for it in its entries. */
export const lengthOfCode = Float64Array.from({ length: 256 }, (_, code) => 2 ** (code / lengthSteps) - 1);

function decode(bytes: Buffer): Posting[] {
  const postings: Posting[] = [];
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    postings.push({
      label: bytes.readUInt32LE(at),
      count: bytes[at + 4] ?? 1,
      length: lengthOfCode[bytes[at + 5] ?? 0] ?? 0,
    });
  }
  return postings;
}
