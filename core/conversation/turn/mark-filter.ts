/** What a piece of a model's text becomes. */
export type VisiblePart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown' };

/** `[1]`, `[2, 3]` and `[unknown]`, and everything that may still become one; with the space before it. */
const mark = /[ \t]*\[(?:(\d{1,2}(?:\s*,\s*\d{1,2})*)|(unknown))\]/i;
const open = /(?:[ \t]*\[(?:\d{0,2}(?:\s*,\s*\d{0,2}){0,8}|u|un|unk|unkn|unkno|unknow|unknown)|[ \t]+)$/i;

/**
 * Takes the marks out of a stream of text. A mark may be spread over several pieces; what could be the beginning of one is held back,
 * all else passes at once.
 */
export class MarkFilter {
  readonly #passages: number;
  readonly #cited: number[] = [];
  #held = '';
  #begun = false;

  /** `passages`: how many there are. Where there are none, `[1]` is text like any other. */
  constructor(passages: number) {
    this.#passages = passages;
  }

  /** Numbers of the passages that were cited, in the order of their first mention; 1 is the first. */
  get cited(): readonly number[] {
    return this.#cited;
  }

  push(piece: string): readonly VisiblePart[] {
    this.#held += piece;
    return this.#release('held');
  }

  /** What was held back, when the text is over. */
  end(): readonly VisiblePart[] {
    return this.#release('all');
  }

  #release(how: 'held' | 'all'): readonly VisiblePart[] {
    const parts: VisiblePart[] = [];
    let rest = this.#held;
    for (let found = mark.exec(rest); found !== null; found = mark.exec(rest)) {
      const [whole, numbers, unknown] = found;
      const known = this.#cite(numbers);
      this.#show(rest.slice(0, known ? found.index : found.index + whole.length), parts);
      if (unknown !== undefined) parts.push({ kind: 'unknown' });
      rest = rest.slice(found.index + whole.length);
    }
    const held = how === 'all' ? undefined : open.exec(rest);
    this.#held = held?.[0] ?? '';
    this.#show(rest.slice(0, rest.length - this.#held.length), parts);
    return parts;
  }

  /** Whether the mark is one. A number beyond the passages is dropped too: a citation of nothing helps nobody. */
  #cite(numbers: string | undefined): boolean {
    if (numbers === undefined) return true;
    if (this.#passages === 0) return false;
    for (const number of numbers.split(',').map(Number)) {
      if (number >= 1 && number <= this.#passages && !this.#cited.includes(number)) this.#cited.push(number);
    }
    return true;
  }

  #show(text: string, parts: VisiblePart[]): void {
    const visible = this.#begun ? text : text.trimStart();
    if (visible === '') return;
    this.#begun = true;
    parts.push({ kind: 'text', text: visible });
  }
}
