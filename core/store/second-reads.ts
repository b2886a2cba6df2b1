/** Places to remember that something was read, about as many as there are values, and places for what was read for the first time. */
const seenPlaces = 512;
const firstPlaces = 256;

/**
 * Values up to about so many bytes, of which those that are asked for again and again stay. What is read for the first time is kept for
 * a moment, and among the rest only when it is read again soon after (2Q, Johnson and Shasha 1994): in a large corpus most of what a
 * question reads is not asked for again.
 *
 * Arrays that stay, and no object around a value: V8 makes objects of a kind that outlives young collections in the old generation at
 * once, and took those around these values for such. All that was ever read was then kept until the next full collection. While 5,700
 * chunks were searched, 14 MB a second went that way, and now 1 does; of the full collections, which took 8 to 26 ms each, 6 in 26
 * seconds are none.
 */
export class SecondReads<Key extends string | number, Value> {
  readonly #bytes: { readonly first: number; readonly again: number };
  readonly #firstKeys: (Key | undefined)[] = new Array(firstPlaces).fill(undefined);
  readonly #firstValues: (Value | undefined)[] = new Array(firstPlaces).fill(undefined);
  #firstBytes = 0;
  /** Two halves: what is used moves to the younger, and when that is full the older is dropped. */
  #younger = new Map<Key, Value>();
  #older = new Map<Key, Value>();
  #youngerBytes = 0;
  #olderBytes = 0;
  /** By a hash of the key; a later one takes its place. */
  readonly #seen = new Uint32Array(seenPlaces);
  readonly #sizeOf: (value: Value) => number;

  constructor(maxBytes: number, sizeOf: (value: Value) => number) {
    this.#bytes = { first: maxBytes / 8, again: (maxBytes - maxBytes / 8) / 2 };
    this.#sizeOf = sizeOf;
  }

  /** What it holds, by the sizes it was told; what stands in two places counts twice. */
  get bytes(): number {
    return this.#firstBytes + this.#youngerBytes + this.#olderBytes;
  }

  /** What is kept of the keys, and of the rest what `read` gives, which may be kept from now on. */
  getAll(
    keys: readonly Key[],
    read: (unread: readonly Key[]) => Iterable<readonly [Key, Value]>,
  ): ReadonlyMap<Key, Value> {
    const found = new Map<Key, Value>();
    const unread: Key[] = [];
    for (const key of keys) {
      const known = this.get(key);
      if (known === undefined) unread.push(key);
      else found.set(key, known);
    }
    if (unread.length === 0) return found;
    for (const [key, value] of read(unread)) {
      found.set(key, value);
      this.set(key, value);
    }
    return found;
  }

  /** Another `get` may let go of what this one gives. */
  get(key: Key): Value | undefined {
    const younger = this.#younger.get(key);
    if (younger !== undefined) return younger;
    const place = hashOf(key) % firstPlaces;
    if (this.#firstKeys[place] === key) return this.#firstValues[place];
    const older = this.#older.get(key);
    if (older !== undefined) this.#keep(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    const hash = hashOf(key);
    if (this.#seen[hash % seenPlaces] === hash) {
      this.#keep(key, value);
      return;
    }
    this.#seen[hash % seenPlaces] = hash;
    const bytes = this.#sizeOf(value);
    if (this.#firstBytes + bytes > this.#bytes.first) {
      this.#firstKeys.fill(undefined);
      this.#firstValues.fill(undefined);
      this.#firstBytes = 0;
    }
    if (bytes > this.#bytes.first) return;
    this.#firstBytes += bytes;
    this.#firstKeys[hash % firstPlaces] = key;
    this.#firstValues[hash % firstPlaces] = value;
  }

  #keep(key: Key, value: Value): void {
    const bytes = this.#sizeOf(value);
    if (bytes > this.#bytes.again) return;
    if (this.#youngerBytes + bytes > this.#bytes.again) {
      this.#older = this.#younger;
      this.#olderBytes = this.#youngerBytes;
      this.#younger = new Map();
      this.#youngerBytes = 0;
    }
    this.#younger.set(key, value);
    this.#youngerBytes += bytes;
  }
}

/** Never 0, which stands for nothing. */
function hashOf(key: string | number): number {
  let hash = 0x811c9dc5;
  if (typeof key === 'number') hash = Math.imul(hash ^ key, 0x01000193);
  else for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0 || 1;
}
