import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TermEntry } from '../store/chunk-postings.ts';

/** Terms written in one transaction, 2 to 5 ms. */
const termsAtOnce = 200;
/** Held in memory between two rounds, about 5 MB: the more chunks a round has, the fewer times a frequent term is rewritten. */
const maxEntries = 120_000;
/** Chunks whose reading a crash may cost. */
const maxChunks = 400;
/** Terms are kept by their beginnings, so that no more than one such share is sorted at once. */
const beginning = 2;

/** The terms of many chunks, gathered and then stored term by term: written chunk by chunk they cost ten times as much. */
export class TermGathering {
  readonly #store: (entries: readonly TermEntry[]) => Promise<void>;
  /** By beginning and term: label, count and length of each chunk in turn. Numbers, because as many objects would burden the collector. */
  readonly #byBeginning = new Map<string, Map<string, number[]>>();
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
    for (const { term, label, count, length } of entries) {
      const terms = this.#termsLike(term);
      const known = terms.get(term);
      if (known === undefined) terms.set(term, [label, count, length]);
      else known.push(label, count, length);
    }
  }

  async flush(): Promise<void> {
    let ready: TermEntry[] = [];
    let terms = 0;
    for (const [start, held] of [...this.#byBeginning].sort(byKey)) {
      for (const [term, numbers] of [...held].sort(byKey)) {
        for (let at = 0; at < numbers.length; at += 3) {
          ready.push({ term, label: numbers[at] ?? 0, count: numbers[at + 1] ?? 1, length: numbers[at + 2] ?? 0 });
        }
        terms += 1;
        if (terms % termsAtOnce > 0) continue;
        await this.#store(ready);
        ready = [];
      }
      this.#byBeginning.delete(start);
    }
    if (ready.length > 0) await this.#store(ready);
    await nextTurn();
    this.#chunks = 0;
    this.#entries = 0;
  }

  #termsLike(term: string): Map<string, number[]> {
    const start = term.slice(0, beginning);
    const known = this.#byBeginning.get(start);
    if (known !== undefined) return known;
    const made = new Map<string, number[]>();
    this.#byBeginning.set(start, made);
    return made;
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
