import { seededRandom } from '../kit/index.ts';

/** Chances of one body: the same for the same seed and number, so that a body can be made again without those before it. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number, index: number) {
    const { next } = seededRandom(Math.imul(seed, 2_654_435_761) ^ Math.imul(index + 1, 40_503));
    this.#next = next;
    next();
  }

  /** True so often, 0 to 1. */
  happens(part: number): boolean {
    return this.#next() < part;
  }

  /** A whole number from 0, below `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  one<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('There is nothing to choose from.');
    return value;
  }

  times<Value>(most: number, make: (index: number) => Value): readonly Value[] {
    return Array.from({ length: this.below(most + 1) }, (_, index) => make(index));
  }
}
