/** Keeps the sum of all open indexes under a limit: the least recently used one is asked to let go first. */
export interface MemoryLedger {
  /**
   * Enters an open index. When the sum passes the limit, `release` of the longest unused others is called, which must free them;
   * the newest entry itself stays, or a single large tenant could never be served.
   */
  hold(bytes: number, release: () => void): Disposable & { touch(): void };
  /** Sum of what is held now. */
  readonly bytes: number;
  readonly entries: number;
}

interface Entry {
  readonly bytes: number;
  readonly release: () => void;
}

export function createMemoryLedger(limitBytes: number): MemoryLedger {
  // A Set iterates in the order of insertion: deleting and adding again moves an entry to the end, so the first is the oldest.
  const entries = new Set<Entry>();
  let held = 0;

  const drop = (entry: Entry): void => {
    if (entries.delete(entry)) held -= entry.bytes;
  };

  const evict = (keep: Entry): void => {
    for (const entry of entries) {
      if (held <= limitBytes) return;
      if (entry === keep) continue;
      drop(entry);
      entry.release();
    }
  };

  return {
    hold(bytes, release) {
      const entry: Entry = { bytes, release };
      entries.add(entry);
      held += bytes;
      evict(entry);
      return {
        touch() {
          if (entries.delete(entry)) entries.add(entry);
        },
        [Symbol.dispose]() {
          drop(entry);
        },
      };
    },
    get bytes() {
      return held;
    },
    get entries() {
      return entries.size;
    },
  };
}
