import type { Connection } from './connection.ts';

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
  readonly first: number;
  readonly last: number;
  each(visit: (label: number, count: number, length: number) => void): void;
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
  of(tenantId: string): {
    /** `null` where no chunk holds the term; undefined where it was not read. */
    postings(term: string): TermPostings | null | undefined;
    keepPostings(term: string, postings: TermPostings | null, bytes: number): void;
  };
  forget(tenantId: string): void;
}

const entryBytes = 6;
const noLists: ReadonlyMap<string, TermPostings> = new Map();
/** 1,024 labels a value: at most 6 kB are rewritten when a chunk with a common term is added. */
const segmentBits = 10;

export function preparePostings(connection: Connection, recent: ReadPostings): (tenantId: string) => Postings {
  const { sqlite } = connection;
  let made: Statements | undefined;
  const statements = (): Statements => {
    made ??= {
      read: sqlite.prepare(
        `SELECT p.term, p.entries FROM json_each(@terms) q CROSS JOIN postings p ON p.tenant_id = @tenantId AND p.term = q.value
         ORDER BY p.term, p.segment`,
      ),
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

  const readLists = (tenantId: string, terms: readonly string[]): ReadonlyMap<string, TermPostings> => {
    const found = new Map<string, Buffer[]>();
    const rows = statements().read.all({ tenantId, terms: JSON.stringify(terms) }) as readonly {
      readonly term: string;
      readonly entries: Buffer;
    }[];
    for (const { term, entries } of rows) {
      const known = found.get(term);
      if (known === undefined) found.set(term, [entries]);
      else known.push(entries);
    }
    return new Map([...found].map(([term, segments]) => [term, new PackedPostings(segments)]));
  };

  return (tenantId) => ({
    read(terms) {
      const reads = recent.of(tenantId);
      const unread = terms.filter((term) => reads.postings(term) === undefined);
      const lists = unread.length === 0 ? noLists : readLists(tenantId, unread);
      const found = new Map<string, TermPostings>();
      for (const term of terms) {
        const known = reads.postings(term) ?? lists.get(term);
        if (known !== undefined) found.set(term, known);
      }
      for (const term of unread) {
        const list = lists.get(term) ?? null;
        reads.keepPostings(term, list, (list?.size ?? 0) * entryBytes);
      }
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
  readonly #segments: readonly Buffer[];

  constructor(segments: readonly Buffer[]) {
    this.#segments = segments;
    this.size = segments.reduce((sum, bytes) => sum + bytes.length / entryBytes, 0);
  }

  get first(): number {
    return this.#segments[0]?.readUInt32LE(0) ?? 0;
  }

  get last(): number {
    const bytes = this.#segments.at(-1);
    return bytes?.readUInt32LE(bytes.length - entryBytes) ?? 0;
  }

  each(visit: (label: number, count: number, length: number) => void): void {
    for (const bytes of this.#segments) {
      for (let at = 0; at < bytes.length; at += entryBytes) {
        visit(bytes.readUInt32LE(at), bytes[at + 4] ?? 1, lengths[bytes[at + 5] ?? 0] ?? 0);
      }
    }
  }

  has(label: number): boolean {
    const bytes = this.#segments.find((segment) => segment.readUInt32LE(segment.length - entryBytes) >= label);
    if (bytes === undefined) return false;
    let low = 0;
    let high = bytes.length / entryBytes;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bytes.readUInt32LE(middle * entryBytes) < label) low = middle + 1;
      else high = middle;
    }
    return low * entryBytes < bytes.length && bytes.readUInt32LE(low * entryBytes) === label;
  }
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
const lengths = Array.from({ length: 256 }, (_, code) => 2 ** (code / lengthSteps) - 1);

function decode(bytes: Buffer): Posting[] {
  const postings: Posting[] = [];
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    postings.push({
      label: bytes.readUInt32LE(at),
      count: bytes[at + 4] ?? 1,
      length: lengths[bytes[at + 5] ?? 0] ?? 0,
    });
  }
  return postings;
}
