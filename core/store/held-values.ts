/**
 * Values by key, made when they are asked for and kept as long as somebody holds them or the collector has not come by. A tenant that
 * nobody talks to costs nothing here, nor does one that has been removed, and nobody has to say so.
 */
export class HeldValues<Value extends object> {
  readonly #make: (key: string) => Value;
  readonly #known = new Map<string, WeakRef<Value>>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    // It may have been made anew since.
    if (this.#known.get(key)?.deref() === undefined) this.#known.delete(key);
  });

  constructor(make: (key: string) => Value) {
    this.#make = make;
  }

  /** Keys that are remembered now. */
  get size(): number {
    return this.#known.size;
  }

  get(key: string): Value {
    const known = this.#known.get(key)?.deref();
    if (known !== undefined) return known;
    const made = this.#make(key);
    this.#known.set(key, new WeakRef(made));
    this.#collected.register(made, key);
    return made;
  }
}
