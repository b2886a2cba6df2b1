import type { TermEntry } from '../store/chunk-postings.ts';

/** Terms written in one transaction, 5 to 10 ms. */
const termsAtOnce = 500;
/** Held in memory between two rounds, about 20 MB: the more chunks a round has, the fewer times a frequent term is rewritten. */
const maxEntries = 250_000;

/** The terms of a long document, gathered over many chunks and stored term by term. */
export class LongTerms {
  readonly #store: (entries: readonly TermEntry[]) => Promise<void>;
  readonly #byTerm = new Map<string, TermEntry[]>();
  #entries = 0;

  constructor(store: (entries: readonly TermEntry[]) => Promise<void>) {
    this.#store = store;
  }

  get full(): boolean {
    return this.#entries >= maxEntries;
  }

  take(entries: readonly TermEntry[]): void {
    this.#entries += entries.length;
    for (const entry of entries) {
      const known = this.#byTerm.get(entry.term);
      if (known === undefined) this.#byTerm.set(entry.term, [entry]);
      else known.push(entry);
    }
  }

  async flush(): Promise<void> {
    const terms = [...this.#byTerm.keys()].sort();
    for (let start = 0; start < terms.length; start += termsAtOnce) {
      await this.#store(terms.slice(start, start + termsAtOnce).flatMap((term) => this.#byTerm.get(term) ?? []));
    }
    this.#byTerm.clear();
    this.#entries = 0;
  }
}
