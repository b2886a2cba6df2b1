import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TermEntry } from '../store/chunk-postings.ts';

/** Terms written in one transaction, 2 to 5 ms. */
const termsAtOnce = 200;
/** Held in memory between two rounds, about 10 MB: the more chunks a round has, the fewer times a frequent term is rewritten. */
const maxEntries = 120_000;
/** Chunks whose reading a crash may cost. */
const maxChunks = 400;

/** The terms of many chunks, gathered and then stored term by term: written chunk by chunk they cost ten times as much. */
export class TermGathering {
  readonly #store: (entries: readonly TermEntry[]) => Promise<void>;
  readonly #byTerm = new Map<string, TermEntry[]>();
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
      const known = this.#byTerm.get(entry.term);
      if (known === undefined) this.#byTerm.set(entry.term, [entry]);
      else known.push(entry);
    }
  }

  async flush(): Promise<void> {
    await nextTurn();
    const terms = [...this.#byTerm.keys()].sort();
    await nextTurn();
    for (let start = 0; start < terms.length; start += termsAtOnce) {
      await this.#store(terms.slice(start, start + termsAtOnce).flatMap((term) => this.#byTerm.get(term) ?? []));
    }
    this.#byTerm.clear();
    this.#chunks = 0;
    this.#entries = 0;
  }
}
