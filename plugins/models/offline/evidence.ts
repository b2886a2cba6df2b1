import type { Passage } from 'polyphon/plugin';
import type { Lexicon } from './lexicon.ts';
import { indexWords, type Match, matchTerm } from './matching.ts';
import type { AnswerType } from './phrases/phrasebook.ts';
import { primaryTag } from './phrases/phrasebooks.ts';
import type { Question, Term } from './question.ts';
import type { Sentence } from './sentences.ts';
import type { Stemming } from './stemming.ts';
import { spaced, wordSet } from './words.ts';

/** A sentence and how well it answers. */
export interface Evidence {
  readonly sentence: Sentence;
  /** 0 to 1: how much of the question the sentence and its headings speak of. Decides whether there is an answer. */
  readonly coverage: number;
  /** Orders sentences: coverage with the kind of fact, the place in the text and the passage's own score. */
  readonly rank: number;
  /** Some word of the topic, not only of the kind of fact, was found. */
  readonly onTopic: 'yes' | 'no';
  readonly stated: 'yes' | 'no';
  /** The position of the first word of the topic in the sentence; its length where there is none. */
  readonly firstMatch: number;
}

/** What a word counts when it stands above the sentence instead of in it. */
const headingShare = 0.9;
const titleShare = 0.6;
const meantShare = 0.9;

/** One sentence with the places where the words of the question were found. */
interface Reading {
  readonly sentence: Sentence;
  readonly passage: Passage;
  readonly lexicon: Lexicon;
  /** In words. */
  readonly length: number;
  readonly found: readonly { readonly inside: number; readonly position: number; readonly best: number }[];
}

export function weighSentences(
  sentences: readonly Sentence[],
  question: Question,
  options: {
    readonly passages: readonly Passage[];
    readonly lexiconOf: (passage: Passage) => Lexicon;
    readonly stemming: Stemming;
    readonly language: string;
  },
): readonly Evidence[] {
  if (question.terms.length === 0) return [];
  const readings = readSentences(sentences, question, options);
  const weights = weighTerms(
    question.terms,
    readings.map(({ found }) => found.map(({ best }) => best)),
  );
  return readings.map((reading) => evidenceOf(reading, question, weights, options.language));
}

function readSentences(
  sentences: readonly Sentence[],
  question: Question,
  options: Parameters<typeof weighSentences>[2],
): readonly Reading[] {
  const matched = new Map<string, readonly Match[]>();
  const matchesIn = (
    text: string,
    lexicon: Lexicon,
  ): { readonly length: number; readonly matches: readonly Match[] } => {
    const index = indexWords(text, lexicon, options.stemming);
    return { length: index.length, matches: question.terms.map((term) => matchTerm(term, index)) };
  };
  /** Headings stand over many sentences: each is matched once. */
  const above = (text: string, lexicon: Lexicon): readonly Match[] => {
    const known = matched.get(text);
    if (known !== undefined) return known;
    const { matches } = matchesIn(text, lexicon);
    matched.set(text, matches);
    return matches;
  };
  let previous: { readonly sentence: Sentence; readonly matches: readonly Match[] } | undefined;
  return sentences.flatMap((sentence): readonly Reading[] => {
    const passage = options.passages[sentence.passage];
    if (passage === undefined) return [];
    const lexicon = options.lexiconOf(passage);
    const own = matchesIn(sentence.text, lexicon);
    const heading = above(sentence.heading, lexicon);
    const title = above([passage.title, ...passage.headings].join(' · '), lexicon);
    // "It takes two days." speaks of what the sentence before it names.
    const meant =
      previous?.sentence.section === sentence.section && lexicon.book.anaphora.test(sentence.text)
        ? previous.matches
        : [];
    previous = { sentence, matches: own.matches };
    const found = own.matches.map(({ strength, position }, index) => ({
      inside: strength,
      position,
      best: Math.max(
        strength,
        meantShare * (meant[index]?.strength ?? 0),
        headingShare * (heading[index]?.strength ?? 0),
        titleShare * (title[index]?.strength ?? 0),
      ),
    }));
    return [{ sentence, passage, lexicon, length: own.length, found }];
  });
}

function evidenceOf(reading: Reading, question: Question, weights: readonly number[], language: string): Evidence {
  const { sentence, passage, lexicon, length } = reading;
  const stated = question.type === undefined ? 'yes' : states(sentence.text, question.type, lexicon);
  let total = 0;
  let covered = 0;
  let inside = 0;
  let onTopic = 0;
  let earliest = length;
  for (const [index, term] of question.terms.entries()) {
    const { inside: strength = 0, position = 0, best = 0 } = reading.found[index] ?? {};
    const weight = weights[index] ?? 0;
    // "kostet" is answered by a price as well as by the word.
    const answersCue = term.role === 'cue' && question.type !== undefined && stated === 'yes';
    total += weight;
    covered += weight * (answersCue ? Math.max(best, 0.75) : best);
    inside += weight * strength;
    if (term.role === 'cue') continue;
    onTopic = Math.max(onTopic, best);
    if (strength >= 0.7) earliest = Math.min(earliest, position);
  }
  const coverage = covered / total;
  const fact = question.type === undefined ? 0 : stated === 'yes' ? 0.18 : -0.18;
  const first = sentence.position === 0 ? 0.06 : 0;
  const early = (0.08 * (length - earliest)) / Math.max(1, length);
  const familiar = passage.language === undefined || primaryTag(passage.language) === primaryTag(language) ? 0.1 : 0;
  // A table answers what has a name or a figure; how something is done stands in sentences.
  const isLookup = question.type !== undefined || question.terms.some((term) => term.neighbours !== undefined);
  const prose = sentence.kind === 'row' && !isLookup ? -0.12 : 0;
  const rank =
    coverage +
    0.15 * (inside / total) +
    0.25 * sameQuestion(question, sentence.heading) +
    fact +
    first +
    early +
    familiar +
    prose +
    0.12 * passage.score -
    0.004 * sentence.passage;
  const isSilent = stated === 'no' && isStrict(question, reading);
  return {
    sentence,
    coverage,
    rank,
    onTopic: onTopic >= 0.5 && !isSilent && !missesCode(question, reading) ? 'yes' : 'no',
    stated,
    firstMatch: earliest,
  };
}

/** "E999" is not answered by what stands about E031. */
function missesCode({ terms }: Question, { found }: Reading): boolean {
  const codes = terms.flatMap((term, index) => (term.isCode ? [found[index]?.best ?? 0] : []));
  return codes.length > 0 && codes.every((best) => best < 0.5);
}

/** Whoever asks for a price or a number is not helped by a sentence that has no figure and does not even speak of costs. */
function isStrict(question: Question, { sentence, found }: Reading): boolean {
  if (question.type === 'phone' || question.type === 'email') return true;
  if (question.type !== 'price' || /\d/.test(sentence.text)) return false;
  return !question.terms.some((term, index) => term.role === 'cue' && (found[index]?.inside ?? 0) >= 0.7);
}

/** 0 to 1: how far a heading asks what is asked, small words included ("How high is", "How long is"). */
function sameQuestion(question: Question, heading: string): number {
  const words = wordSet(spaced(heading));
  if (words.size === 0 || question.words.size === 0) return 0;
  let shared = 0;
  for (const word of question.words) if (words.has(word)) shared += 1;
  return (2 * shared) / (words.size + question.words.size);
}

/** A word that nearly every sentence has says little about which one answers. */
function weighTerms(terms: readonly Term[], found: readonly (readonly number[])[]): readonly number[] {
  const count = Math.max(1, found.length);
  return terms.map((term, index) => {
    const having = found.filter((strengths) => (strengths[index] ?? 0) >= 0.5).length;
    const rarity = 1 - Math.log(1 + having) / Math.log(2 + count);
    return term.weight * (0.55 + 0.45 * rarity);
  });
}

const phone = /(?:\+|\b0)[\d\s()/.-]{6,}\d/;
const email = /[^\s@]+@[^\s@]+\.[^\s@]+/;

function states(text: string, type: AnswerType, lexicon: Lexicon): 'yes' | 'no' {
  if (type === 'phone') return phone.test(text) || /\d{3}[\s-]?\d{3,}/.test(text) ? 'yes' : 'no';
  if (type === 'email') return email.test(text) ? 'yes' : 'no';
  return lexicon.book.signs[type]?.test(text) === false ? 'no' : 'yes';
}
