import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TermEntry } from '../store/chunk-postings.ts';
import { EntryRings } from './entry-rings.ts';

/** Terms written in one transaction, 2 to 5 ms. */
const termsAtOnce = 200;
/** Held in memory between two rounds, 2 MB and their terms: the more chunks a round has, the fewer times a frequent term is rewritten. */
const maxEntries = 120_000;
/** Chunks whose reading a crash may cost. */
const maxChunks = 400;
/** Terms are kept by their beginnings, so that no more than one such share is sorted at once. */
const beginning = 2;

/** The terms of many chunks, gathered and then stored term by term: written chunk by chunk they cost ten times as much. */
export class TermGathering {
  readonly #store: (entries: readonly TermEntry[]) => Promise<void>;
  readonly #rings = new EntryRings(maxEntries);
  /** By beginning and term: the ring of its entries. */
  readonly #byBeginning = new Map<string, Map<string, number>>();
  #entries = 0;
  #chunks = 0;

  constructor(store: (entries: readonly TermEntry[]) => Promise<void>) {
    this.#store = store;
  }

  get full(): boolean {
    return this.#entries >= maxEntries || this.#chunks >= maxChunks;
  }

  take(entries: readonly TermEntry[], chunks: number): void {
    this.#chunks += chunks;
    this.#entries += entries.length;
    for (const entry of entries) {
      const terms = this.#termsLike(entry.term);
      terms.set(entry.term, this.#rings.append(terms.get(entry.term), entry));
    }
  }

  async flush(): Promise<void> {
    let ready: TermEntry[] = [];
    let terms = 0;
    for (const [start, held] of [...this.#byBeginning].sort(byKey)) {
      for (const [term, ring] of [...held].sort(byKey)) {
        for (const entry of this.#rings.of(ring)) ready.push({ term, ...entry });
        terms += 1;
        if (terms % termsAtOnce > 0) continue;
        await this.#store(ready);
        ready = [];
      }
      this.#byBeginning.delete(start);
    }
    if (ready.length > 0) await this.#store(ready);
    await nextTurn();
    this.#rings.clear();
    this.#chunks = 0;
    this.#entries = 0;
  }

  #termsLike(term: string): Map<string, number> {
    const start = term.slice(0, beginning);
    const known = this.#byBeginning.get(start);
    if (known !== undefined) return known;
    const made = new Map<string, number>();
    this.#byBeginning.set(start, made);
    return made;
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
