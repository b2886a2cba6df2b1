/** The sentence that says that a machine speaks. */
export interface Disclosure {
  readonly words: string;
  /** Words that say so by themselves: where these come first, the sentence is left out. */
  readonly unless?: string;
}

/** What is shown in one turn, piece by piece and in the end as a whole. */
export class ShownText {
  readonly #emit: (text: string) => void;
  #disclosure: Disclosure | undefined;
  /** What has come and may yet turn out to be the words that disclose. */
  #held = '';
  #text = '';

  constructor(disclosure: Disclosure | undefined, emit: (text: string) => void) {
    this.#disclosure = disclosure;
    this.#emit = emit;
  }

  /** Text that continues what is there. */
  add(piece: string): void {
    this.#held += piece;
    const unless = this.#disclosure?.unless;
    if (unless !== undefined && this.#held.length < unless.length && unless.startsWith(this.#held)) return;
    this.#release();
  }

  /** A paragraph of its own. */
  say(words: string): void {
    if (words === '') return;
    this.add(this.#text === '' && this.#held === '' ? words : `\n\n${words}`);
  }

  /** Nothing follows. */
  end(): string {
    if (this.#held !== '') this.#release();
    return this.#text;
  }

  #release(): void {
    const { words, unless }: Disclosure = this.#disclosure ?? { words: '' };
    const text = unless !== undefined && this.#held.startsWith(unless) ? this.#held : words + this.#held;
    this.#disclosure = undefined;
    this.#held = '';
    this.#text += text;
    this.#emit(text);
  }
}
