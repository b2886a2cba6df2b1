import type { StoredChunk } from '../store/knowledge-repository.ts';
import { partMatch } from './part-match.ts';
import type { Sought, SoughtWord } from './sought.ts';
import { foldWords } from './terms.ts';

/** Another word for the same; see lexical-search.ts. */
const kinShare = 0.85;
const sentenceEnd = /(?<=[.!?;:])\s+|\n+/;
/** A longer passage is a list; its beginning is looked at. */
const maxSentences = 40;

/** What reading a passage tells of a question; each 0 to 1. */
export interface Look {
  /**
   * The share of the question that stands together: in the best sentence of a passage, and in the best two that follow each other, half
   * each, with title and headings. In a passage that only shares a topic with the question, its words are scattered.
   */
  readonly focus: number;
  /** Of the word parts of the question, the share in the whole passage, and in the best two sentences that follow each other. */
  readonly parts: { readonly all: number; readonly together: number };
}

export function lookAt(chunk: Pick<StoredChunk, 'title' | 'headings' | 'text'>, sought: Sought): Look {
  const passage = foldedOf(chunk);
  const words = sought.words.map((word) => wordIn(passage, word));
  const focus = focusIn(passage.sentences, words, sought.weight);
  if (sought.partsWeight === 0) return { focus, parts: { all: focus, together: focus } };
  return { focus, parts: partsHeld(passage.sentences, words, sought.partsWeight) };
}

interface Folded {
  readonly above: string;
  readonly sentences: readonly string[];
  /** All of them; nothing that is looked for spans two. */
  readonly whole: string;
}

const foldedHere = Symbol('folded');

/**
 * Found passages often come again as the same objects, and folding one takes longer than looking at it. It stays with the passage: in a
 * WeakMap each would make every full collection longer, which marks such maps while everybody waits.
 */
function foldedOf(chunk: Pick<StoredChunk, 'title' | 'headings' | 'text'> & { [foldedHere]?: Folded }): Folded {
  chunk[foldedHere] ??= fold(chunk);
  return chunk[foldedHere];
}

function fold({ title, headings, text }: Pick<StoredChunk, 'title' | 'headings' | 'text'>): Folded {
  const apart = text.split(sentenceEnd, maxSentences).map(foldWords);
  const whole = apart.join(' ');
  // As parts of the whole they take no memory of their own.
  let from = 0;
  const sentences = apart.map(({ length }) => {
    const start = from;
    from += length + 1;
    return whole.slice(start, start + length);
  });
  return { above: foldWords([title, ...headings].join(' ')), sentences, whole };
}

/** What a passage holds of one word, anywhere: only that is looked for in each of its sentences. */
interface WordIn {
  readonly word: SoughtWord;
  /** How far title and headings hold it. */
  readonly above: number;
  readonly kinAbove: boolean;
  readonly stems: readonly string[];
  readonly kin: readonly string[];
  readonly grams: readonly string[];
  readonly parts: readonly {
    readonly weight: number;
    readonly part: string;
    readonly where: 'above' | 'text' | 'kin';
  }[];
}

function wordIn({ above, whole }: Folded, word: SoughtWord): WordIn {
  const kinAbove = holdsOneOf(above, word.kin);
  const kin = word.kin.filter((stem) => whole.includes(stem));
  const parts: WordIn['parts'][number][] = [];
  for (const { part, weight } of word.parts) {
    if (above.includes(part)) parts.push({ part, weight, where: 'above' });
    else if (whole.includes(part)) parts.push({ part, weight, where: 'text' });
    else if (kinAbove || kin.length > 0) parts.push({ part, weight, where: 'kin' });
  }
  return {
    word,
    above: shareIn(above, word, word.grams.length),
    kinAbove,
    stems: word.stems.filter((stem) => whole.includes(stem)),
    kin,
    grams: word.grams.filter((gram) => whole.includes(gram)),
    parts,
  };
}

function focusIn(sentences: readonly string[], words: readonly WordIn[], total: number): number {
  if (total === 0) return 0;
  let here = new Float64Array(words.length);
  let next = new Float64Array(words.length);
  sharesIn(sentences[0] ?? '', words, here);
  let one = 0;
  let two = 0;
  for (let at = 0; at < sentences.length; at += 1) {
    const following = sentences[at + 1];
    if (following === undefined) next.fill(0);
    else sharesIn(following, words, next);
    let alone = 0;
    let together = 0;
    for (const [index, { word }] of words.entries()) {
      const held = here[index] ?? 0;
      alone += word.weight * held;
      together += word.weight * Math.max(held, next[index] ?? 0);
    }
    one = Math.max(one, alone);
    two = Math.max(two, together);
    [here, next] = [next, here];
  }
  return (one + two) / (2 * total);
}

function sharesIn(sentence: string, words: readonly WordIn[], into: Float64Array): void {
  for (const [index, held] of words.entries()) {
    into[index] = Math.max(held.above, shareIn(sentence, held, held.word.grams.length));
  }
}

/** 1 where a word begins with one of the stems; else by the share of its `grams`, as in another form or a compound. */
function shareIn(text: string, word: Pick<SoughtWord, 'stems' | 'kin' | 'grams'>, grams: number): number {
  if (holdsOneOf(text, word.stems)) return 1;
  let held = 0;
  for (const gram of word.grams) if (text.includes(gram)) held += 1;
  const inParts = partMatch(held / Math.max(1, grams));
  return inParts < kinShare && holdsOneOf(text, word.kin) ? kinShare : inParts;
}

function partsHeld(sentences: readonly string[], words: readonly WordIn[], total: number): Look['parts'] {
  /** By sentence: what stands in it or the next. */
  const inEach = new Float64Array(sentences.length);
  let all = 0;
  for (const word of words) {
    for (const part of word.parts) {
      const counted = (part.where === 'kin' ? kinShare : word.word.share) * part.weight;
      all += counted;
      let before = false;
      for (const [at, sentence] of sentences.entries()) {
        const here = stands(part, sentence, word);
        if (here) inEach[at] = (inEach[at] ?? 0) + counted;
        if (here && !before && at > 0) inEach[at - 1] = (inEach[at - 1] ?? 0) + counted;
        before = here;
      }
    }
  }
  return { all: all / total, together: Math.max(0, ...inEach) / total };
}

/** What stands above a passage stands above each of its sentences. */
function stands({ where, part }: WordIn['parts'][number], sentence: string, { kin, kinAbove }: WordIn): boolean {
  switch (where) {
    case 'above':
      return true;
    case 'text':
      return sentence.includes(part);
    case 'kin':
      return kinAbove || holdsOneOf(sentence, kin);
    default:
      return where satisfies never;
  }
}

function holdsOneOf(text: string, stems: readonly string[]): boolean {
  for (const stem of stems) if (text.includes(stem)) return true;
  return false;
}
