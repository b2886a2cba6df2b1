/** Numbers an entry: the next in its ring, label, count, length. */
const columns = 4;

export interface RingEntry {
  readonly label: number;
  readonly count: number;
  readonly length: number;
}

/**
 * Entries in rings, each named by its last entry, in one array of numbers: as many small arrays that grow were most of what reading left
 * in the old generation.
 */
export class EntryRings {
  #numbers: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#numbers = new Uint32Array(capacity * columns);
  }

  /** Puts an entry behind the last one of a ring, or begins one, and gives the ring's new name. */
  append(last: number | undefined, { label, count, length }: RingEntry): number {
    const own = this.#size * columns;
    this.#size += 1;
    if (own === this.#numbers.length) this.#grow();
    this.#numbers[own] = last === undefined ? own : (this.#numbers[last] ?? own);
    this.#numbers[own + 1] = label;
    this.#numbers[own + 2] = count;
    this.#numbers[own + 3] = length;
    if (last !== undefined) this.#numbers[last] = own;
    return own;
  }

  /** In the order in which they were put there. */
  *of(last: number): Generator<RingEntry> {
    let at = last;
    do {
      at = this.#numbers[at] ?? last;
      yield {
        label: this.#numbers[at + 1] ?? 0,
        count: this.#numbers[at + 2] ?? 0,
        length: this.#numbers[at + 3] ?? 0,
      };
    } while (at !== last);
  }

  clear(): void {
    this.#size = 0;
  }

  #grow(): void {
    const more = new Uint32Array(Math.max(columns, this.#numbers.length * 2));
    more.set(this.#numbers);
    this.#numbers = more;
  }
}
