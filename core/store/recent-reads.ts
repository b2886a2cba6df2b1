import type BetterSqlite3 from 'better-sqlite3';
import type { TermPostings } from './chunk-postings.ts';
import type { CorpusFigures, StoredChunk } from './knowledge-records.ts';
import { SecondReads } from './second-reads.ts';

/** What was read of one tenant's corpus since it last changed. */
export interface TenantReads {
  figures: CorpusFigures | undefined;
  readonly chunks: SecondReads<number, StoredChunk>;
  /** `null` where no chunk holds the term. */
  readonly postings: SecondReads<string, TermPostings | null>;
}

/** Tenants whose reads are kept, and for each so many bytes: at most 32 MB in all. */
const maxTenants = 32;
const maxBytesEach = 1_048_576;
/** What an entry takes beside its text or its list. */
const entryBytes = 200;

/**
 * The questions of a bot ask for the same words and find the same passages again: 0.5 ms of a turn went into reading and decoding them.
 * Kept until the corpus changes: a change of our own says so, and one of another process is seen by SQLite's `data_version`.
 */
export class RecentReads {
  readonly #version: BetterSqlite3.Statement<unknown[], number>;
  /** The one used longest ago first. */
  readonly #tenants = new Map<string, Reads>();
  #seen: number | undefined;
  #checked = false;

  constructor(sqlite: BetterSqlite3.Database) {
    this.#version = sqlite.prepare<unknown[], number>('PRAGMA data_version').pluck();
  }

  of(tenantId: string): TenantReads {
    this.#check();
    const reads = this.#tenants.get(tenantId) ?? new Reads();
    this.#tenants.delete(tenantId);
    this.#tenants.set(tenantId, reads);
    if (this.#tenants.size > maxTenants) {
      for (const oldest of this.#tenants.keys()) {
        this.#tenants.delete(oldest);
        break;
      }
    }
    return reads;
  }

  /** Once for all that is read without a pause: a search reads four times. */
  #check(): void {
    if (this.#checked) return;
    this.#checked = true;
    queueMicrotask(() => {
      this.#checked = false;
    });
    const version = this.#version.get();
    if (version !== this.#seen) this.#tenants.clear();
    this.#seen = version;
  }

  /** Call with every change. */
  forget(tenantId: string): void {
    this.#tenants.delete(tenantId);
  }
}

class Reads implements TenantReads {
  figures: CorpusFigures | undefined;
  readonly chunks = new SecondReads<number, StoredChunk>(maxBytesEach / 2, ({ text }) => text.length * 2 + entryBytes);
  readonly postings = new SecondReads<string, TermPostings | null>(
    maxBytesEach / 2,
    (list) => (list?.bytes ?? 0) + entryBytes,
  );
}
