import { BoundedMap } from './bounded-map.ts';

const remembered = 1000;

/** Groups that have become supergroups, as a refused send or a service message tells first; it forgets with the process. */
export class MovedChats {
  readonly #newer = new BoundedMap<number, number>(remembered);
  readonly #older = new BoundedMap<number, number>(remembered);

  learn(from: number, to: number): void {
    this.#newer.set(from, to);
    this.#older.set(to, from);
  }

  /** The number of the chat now. */
  now(chatId: number): number {
    return this.#newer.get(chatId) ?? chatId;
  }

  /** The number that the chat had before. */
  before(chatId: number): number | undefined {
    return this.#older.get(chatId);
  }
}
