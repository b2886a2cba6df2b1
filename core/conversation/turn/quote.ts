import type { Passage } from '../../contract/index.ts';
import { splitSentences } from '../../knowledge/sentences.ts';
import { partsOf } from './text-parts.ts';

const maxQuote = 300;
/** One sentence carries a statement; a second and a third are quoted where they carry a part of it that the first does not. */
const maxSentences = 3;
const leastGain = 0.2;
/** What is asked helps to find the place, where the answer is a yes or in another language. */
const questionWeight = 0.25;
/** What the answer adds to the question is what it was given for. */
const newsWeight = 4;
/** Of two sentences that hold the same of the answer, the one that says little else. */
const closeness = 0.25;
/** Less says nothing without the sentence beside it. */
const understandable = 25;

/** The sentence, or the few, of a passage that carry what was said with its mark, as they stand there. */
export function quoteOf(
  passage: Pick<Passage, 'text' | 'language' | 'row'>,
  said: { readonly statements: readonly string[]; readonly question: string },
): string {
  const text = passage.text.trim();
  // A row is one record: a price without its article says nothing.
  if (passage.row !== undefined && text.length <= maxQuote) return text;
  const sentences = splitSentences(text, passage.language ?? 'en');
  if (sentences.length === 1) return shortened(text, said);
  // A model that quotes, as the offline one, has chosen already.
  const quoted = said.statements.map((statement) => sentences.findIndex((sentence) => sentence.trim() === statement));
  const chosen = new Set(quoted);
  if (quoted.length === 0 || quoted.includes(-1)) {
    const scale = new Scale(sentences);
    chosen.clear();
    for (const statement of said.statements) for (const at of scale.carriers(statement, said.question)) chosen.add(at);
    if (chosen.size === 0) chosen.add(scale.carriers('', said.question)[0] ?? 0);
  }
  return joined(sentences, completed(sentences, chosen), said);
}

/** Weighs parts by how few of the sentences hold them. */
class Scale {
  readonly #sentences: readonly ReadonlyMap<string, number>[];
  readonly #holders = new Map<string, number>();

  constructor(sentences: readonly string[]) {
    this.#sentences = sentences.map(partsOf);
    for (const parts of this.#sentences) {
      for (const part of parts.keys()) this.#holders.set(part, (this.#holders.get(part) ?? 0) + 1);
    }
  }

  /** The sentence that carries most of it, then others that carry what is left; none where nothing is shared. */
  carriers(statement: string, question: string): readonly number[] {
    const asked = this.#weighed(question);
    const wanted = new Map(
      [...this.#weighed(statement)].map(([part, weight]) => [part, asked.has(part) ? weight : newsWeight * weight]),
    );
    const [total, totalAsked] = [sum(wanted), sum(asked)];
    let best = -1;
    let most = 0;
    for (const [index, parts] of this.#sentences.entries()) {
      const held = sharedWith(parts, wanted);
      const own = sum(this.#weighedParts(parts));
      const score =
        share(held, total) +
        closeness * share(held, own) +
        questionWeight * share(sharedWith(parts, asked), totalAsked);
      if (score > most) [best, most] = [index, score];
    }
    if (best < 0) return [];
    const chosen = [best];
    const left = new Map(wanted);
    const coverable = [...wanted].reduce((all, [part, weight]) => all + (this.#holders.has(part) ? weight : 0), 0);
    for (let last = best; chosen.length < maxSentences; ) {
      for (const part of this.#sentences[last]?.keys() ?? []) left.delete(part);
      const gains = this.#sentences.map((parts) => sharedWith(parts, left));
      last = gains.indexOf(Math.max(...gains));
      if (share(gains[last] ?? 0, coverable) < leastGain) break;
      chosen.push(last);
    }
    return chosen;
  }

  #weighed(text: string): ReadonlyMap<string, number> {
    return this.#weighedParts(partsOf(text));
  }

  #weighedParts(parts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const count = this.#sentences.length;
    return new Map(
      [...parts].map(([part, weight]) => [part, weight * Math.log(1 + count / (this.#holders.get(part) ?? 1))]),
    );
  }
}

function sum(weights: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const weight of weights.values()) all += weight;
  return all;
}

function sharedWith(parts: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, number>): number {
  let held = 0;
  for (const [part, weight] of wanted) if (parts.has(part)) held += weight;
  return held;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

const listItem = /^\s*(?:[-*+•–]|\d{1,2}[.)])\s+/;

/** With what a few words need to be understood: an item of a list its line above, another the sentence after or before it. */
function completed(sentences: readonly string[], chosen: ReadonlySet<number>): readonly number[] {
  const all = new Set(chosen);
  const length = [...chosen].reduce((letters, at) => letters + (sentences[at]?.trim().length ?? 0), 0);
  const [only] = chosen;
  if (only !== undefined && length < understandable) {
    const lead = listItem.test(sentences[only] ?? '')
      ? sentences.findLastIndex((sentence, at) => at < only && /:\s*$/.test(sentence))
      : -1;
    all.add(lead >= 0 ? lead : only + 1 < sentences.length ? only + 1 : only - 1);
  }
  return [...all].sort((a, b) => a - b);
}

function joined(sentences: readonly string[], order: readonly number[], said: Parameters<typeof quoteOf>[1]): string {
  let quote = '';
  let before: number | undefined;
  for (const at of order) {
    const sentence = sentences[at] ?? '';
    const gap = before === undefined || before + 1 === at ? '' : ' … ';
    if (quote !== '' && quote.trimEnd().length + gap.length + sentence.trim().length > maxQuote) continue;
    quote = gap === '' ? quote + sentence : quote.trimEnd() + gap + sentence.replace(listItem, '');
    before = at;
  }
  return shortened(quote.trim().replace(listItem, ''), said);
}

/** Of an endless sentence, the clauses around the one that carries what was said. */
function shortened(text: string, said: Parameters<typeof quoteOf>[1]): string {
  if (text.length <= maxQuote) return text;
  const clauses = text.split(/(?<=[,;:] )/);
  const scale = new Scale(clauses);
  // Who says nearly all of it does not say which part matters.
  const telling = said.statements.filter((statement) => statement.length < text.length / 2);
  const [best = 0] = [...telling, ''].flatMap((statement) => scale.carriers(statement, said.question));
  let [from, to] = [best, best];
  let length = clauses[best]?.length ?? 0;
  const room = maxQuote - 2;
  for (;;) {
    const [after, before] = [clauses[to + 1], clauses[from - 1]];
    if (after !== undefined && length + after.length <= room) {
      to += 1;
      length += after.length;
    } else if (before !== undefined && length + before.length <= room) {
      from -= 1;
      length += before.length;
    } else break;
  }
  const middle = clauses
    .slice(from, to + 1)
    .join('')
    .slice(0, room)
    .trim();
  return `${from > 0 ? '…' : ''}${middle}${to + 1 < clauses.length || length > room ? '…' : ''}`;
}
