import type { StoredChunk } from '../store/knowledge-repository.ts';
import { partMatch } from './part-match.ts';
import { foldWords, type QuestionWord } from './terms.ts';

/** Another word for the same; see lexical-search.ts. */
const kinShare = 0.85;
const sentenceEnd = /(?<=[.!?;:])\s+|\n+/;
const rightToLeft = /[\u0590-\u06ff]/;
/** A longer passage is a list; its beginning is looked at. */
const maxSentences = 40;

export interface WeighedWord {
  readonly word: QuestionWord;
  readonly weight: number;
}

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

export function lookAt(
  chunk: Pick<StoredChunk, 'title' | 'headings' | 'text'>,
  words: readonly WeighedWord[],
  /** How heavy a word part is. */
  weightOf: (part: string) => number,
): Look {
  const { above, sentences } = foldedOf(chunk);
  const focus = focusIn(sentences, above, words);
  return { focus, parts: partsHeld(sentences, above, words, weightOf) ?? { all: focus, together: focus } };
}

interface Folded {
  readonly above: string;
  readonly sentences: readonly string[];
}

/** Found passages come again as the same objects, and folding one takes longer than looking at it. */
const folded = new WeakMap<object, Folded>();

function foldedOf(chunk: Pick<StoredChunk, 'title' | 'headings' | 'text'>): Folded {
  const known = folded.get(chunk);
  if (known !== undefined) return known;
  const made = {
    above: foldWords([chunk.title, ...chunk.headings].join(' ')),
    sentences: chunk.text.split(sentenceEnd, maxSentences).map(foldWords),
  };
  folded.set(chunk, made);
  return made;
}

function focusIn(sentences: readonly string[], above: string, words: readonly WeighedWord[]): number {
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return 0;
  const inAbove = words.map(({ word }) => partsIn(above, word));
  const inEach = sentences.map((sentence) => words.map(({ word }) => partsIn(sentence, word)));
  let one = 0;
  let two = 0;
  for (const [at, here] of inEach.entries()) {
    const next = inEach[at + 1];
    let alone = 0;
    let together = 0;
    for (const [index, { weight }] of words.entries()) {
      const held = Math.max(here[index] ?? 0, inAbove[index] ?? 0);
      alone += weight * held;
      together += weight * Math.max(held, next?.[index] ?? 0);
    }
    one = Math.max(one, alone);
    two = Math.max(two, together);
  }
  return (one + two) / (2 * total);
}

/** Undefined where the question asks with words that only ask. */
function partsHeld(
  sentences: readonly string[],
  above: string,
  words: readonly WeighedWord[],
  weightOf: (part: string) => number,
): Look['parts'] | undefined {
  const inEach = new Float64Array(sentences.length);
  const whole = sentences.join(' ');
  const seen = new Set<string>();
  let total = 0;
  let all = 0;
  /** Adds what stands in a sentence or the next. */
  const add = (weight: number, stands: (sentence: string) => boolean): void => {
    let held = false;
    let before = false;
    for (const [at, sentence] of sentences.entries()) {
      const here = stands(sentence);
      if (here) inEach[at] = (inEach[at] ?? 0) + weight;
      if (here && !before && at > 0) inEach[at - 1] = (inEach[at - 1] ?? 0) + weight;
      held ||= here;
      before = here;
    }
    if (held) all += weight;
  };
  for (const { word } of words) {
    if (word.role === 'asking') continue;
    const holdsKin = (text: string) => word.kin.some((stem) => holds(text, stem));
    const kin = holdsKin(above) || holdsKin(whole);
    for (const part of word.grams) {
      if (seen.has(part)) continue;
      seen.add(part);
      const weight = weightOf(part);
      total += weight;
      const named = above.includes(part);
      const itself = named || whole.includes(part);
      if (!itself && !kin) continue;
      if (itself) add(word.share * weight, (sentence) => named || sentence.includes(part));
      else add(kinShare * weight, (sentence) => holdsKin(above) || holdsKin(sentence));
    }
  }
  return total === 0 ? undefined : { all: all / total, together: Math.max(0, ...inEach) / total };
}

/** 1 where a word begins with one of the stems; else by the share of parts, as in another form or a compound. */
function partsIn(folded: string, word: QuestionWord): number {
  if (word.stems.some((stem) => holds(folded, stem))) return 1;
  let held = 0;
  for (const gram of word.grams) if (folded.includes(gram)) held += 1;
  const inParts = partMatch(held / Math.max(1, word.grams.length));
  return inParts < kinShare && word.kin.some((stem) => holds(folded, stem)) ? kinShare : inParts;
}

/** Hebrew and Arabic write small words together with the next: there a word may begin before its stem. */
function holds(text: string, stem: string): boolean {
  return text.includes(rightToLeft.test(stem) ? stem : `_${stem}`);
}
