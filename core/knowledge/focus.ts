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

/**
 * The share of the question that stands together: in the best sentence of a passage, and in the best two that follow each other, half
 * each, with title and headings. In a passage that only shares a topic with the question, its words are scattered.
 */
export function focusOf(
  chunk: Pick<StoredChunk, 'title' | 'headings' | 'text'>,
  words: readonly WeighedWord[],
): number {
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return 0;
  const above = foldWords([chunk.title, ...chunk.headings].join(' '));
  const sentences = chunk.text.split(sentenceEnd, maxSentences).map(foldWords);
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

/** 1 where a word begins with one of the stems; else by the share of parts, as in another form or a compound. */
function partsIn(folded: string, word: QuestionWord): number {
  for (const stem of word.stems) {
    if (folded.includes(rightToLeft.test(stem) ? stem : `_${stem}`)) return 1;
  }
  let held = 0;
  for (const gram of word.grams) if (folded.includes(gram)) held += 1;
  const inParts = partMatch(held / Math.max(1, word.grams.length));
  return inParts < kinShare && word.kin.some((stem) => folded.includes(`_${stem}`)) ? kinShare : inParts;
}
