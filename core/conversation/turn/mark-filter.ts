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
  readonly #passages: number | undefined;
  readonly #cited = new Map<number, string[]>();
  /** What was shown since the last mark, and before it. */
  #since = '';
  #statement = '';
  #held = '';
  #begun = false;

  /** `passages`: how many were found. Undefined where the bot has no knowledge: there `[1]` is text like any other. */
  constructor(passages: number | undefined) {
    this.#passages = passages;
  }

  /** Numbers of the passages that were cited, in the order of their first mention; 1 is the first. */
  get cited(): readonly number[] {
    return [...this.#cited.keys()];
  }

  /** What was said with the marks of each passage: the words before each, back to the mark before. */
  get statements(): ReadonlyMap<number, readonly string[]> {
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
      const isMark = numbers === undefined || this.#passages !== undefined;
      this.#show(rest.slice(0, isMark ? found.index : found.index + whole.length), parts);
      if (isMark && numbers !== undefined) this.#cite(numbers);
      if (unknown !== undefined) parts.push({ kind: 'unknown' });
      rest = rest.slice(found.index + whole.length);
    }
    const held = how === 'all' ? undefined : open.exec(rest);
    this.#held = held?.[0] ?? '';
    this.#show(rest.slice(0, rest.length - this.#held.length), parts);
    return parts;
  }

  /** A number beyond the passages is dropped: a citation of nothing helps nobody. */
  #cite(numbers: string): void {
    // Two marks in a row stand for the same words.
    if (/[\p{L}\p{N}]/u.test(this.#since)) this.#statement = this.#since.trim();
    this.#since = '';
    for (const number of new Set(numbers.split(',').map(Number))) {
      if (number < 1 || number > (this.#passages ?? 0)) continue;
      const known = this.#cited.get(number) ?? [];
      this.#cited.set(number, this.#statement === '' ? known : [...known, this.#statement]);
    }
  }

  #show(text: string, parts: VisiblePart[]): void {
    const visible = this.#begun ? text : text.trimStart();
    if (visible === '') return;
    this.#begun = true;
    this.#since += visible;
    parts.push({ kind: 'text', text: visible });
  }
}
