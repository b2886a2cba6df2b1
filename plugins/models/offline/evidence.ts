import { states } from './facts.ts';
import { asAsked, asksAlike, isAnotherWord, isSpecialCase } from './kind-of-answer.ts';
import { primaryTag } from './phrases/phrasebooks.ts';
import type { Question, Term } from './question.ts';
import { type Reading, type ReadingOptions, readSentences } from './reading.ts';
import { isAnother, isPriceTag, isUnnamed } from './row-names.ts';
import type { Sentence } from './sentences.ts';
import { spaced, wordsOf } from './words.ts';

/** A sentence and how well it answers. */
export interface Evidence {
  readonly sentence: Sentence;
  /** Of a row: whether what is asked is in its name. */
  readonly named: 'yes' | 'no';
  /** 0 to 1, a little more where a heading asks the same: how sure it is that this answers. Decides whether there is an answer. */
  readonly coverage: number;
  /** Orders sentences: coverage with the kind of fact, the place in the text and the passage's own score. */
  readonly rank: number;
  /** Some word of the topic, not only of the kind of fact, was found. */
  readonly onTopic: 'yes' | 'no';
  readonly stated: 'yes' | 'no';
  /** The position of the first word of the topic in the sentence; its length where there is none. */
  readonly firstMatch: number;
}

export function weighSentences(
  sentences: readonly Sentence[],
  asked: Question,
  options: ReadingOptions & { readonly language: string },
): readonly Evidence[] {
  if (asked.terms.length === 0) return [];
  const readings = readSentences(sentences, asked, options);
  const unheard = asked.terms.map((_, index) => readings.every(({ found }) => (found[index]?.best ?? 0) < 0.5));
  // Of "How do I become an accountant?" the verb is all that is asked.
  const isVerbAsked = asked.about === 'manner';
  const question = {
    ...asked,
    terms: asked.terms.map((term, at) => (unheard[at] === true && !isVerbAsked ? lessened(term) : term)),
  };
  const weights = weighTerms(
    question.terms,
    readings.map(({ found }) => found.map(({ best }) => best)),
  );
  return readings.map((reading) => {
    const evidence = evidenceOf(reading, question, weights, options.language);
    return isAnother(question, reading, unheard) ? { ...evidence, onTopic: 'no' as const } : evidence;
  });
}

/** What a verb weighs that no passage has, if its other words are not known: they may well have one of them. */
const otherVerb = 0.5;

function lessened(term: Term): Term {
  return term.isVerb && term.groups.length === 0 && term.role === 'topic'
    ? { ...term, weight: otherVerb * term.weight }
    : term;
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

function evidenceOf(reading: Reading, question: Question, weights: readonly number[], language: string): Evidence {
  const { sentence, passage, lexicon, length, sameQuestion } = reading;
  const isStated = question.type === undefined || states(sentence.text, question.type, lexicon);
  // Places have too many shapes for their absence to be a sign.
  const stated = isStated || question.type === 'place' ? 'yes' : 'no';
  const tally = tallyOf(reading, question, weights, isStated ? 'yes' : 'no');
  const fact = isStated ? 0.18 : stated === 'yes' ? 0 : -0.18;
  const unnamed = isUnnamed(question, reading) ? 0.3 : 0;
  const isFamiliar = passage.language === undefined || primaryTag(passage.language) === primaryTag(language);
  // A table answers what has a name or a figure; how something is done stands in sentences.
  const isLookup =
    question.type !== undefined ||
    question.terms.some((term) => term.neighbours !== undefined) ||
    tally.plain >= literally;
  const rank =
    tally.covered +
    0.15 * tally.inside +
    (question.type === undefined ? 0 : fact) +
    aboveIt(question, reading) +
    asAsked(question, reading) +
    (countsTopic(question, reading) ? 0.12 : 0) -
    unnamed +
    tally.literal +
    (namesOne(question, reading) ? 0.15 : 0) +
    (sentence.position === 0 ? 0.06 : 0) +
    (0.08 * (length - tally.firstMatch)) / Math.max(1, length) +
    (isFamiliar ? 0.1 : 0) +
    (sentence.kind === 'sentence' ? 0 : question.wants === 'several' ? 0.1 : isLookup ? 0 : -0.12) +
    0.12 * passage.score -
    0.004 * sentence.passage;
  return {
    sentence,
    named: unnamed === 0 ? 'yes' : 'no',
    coverage:
      Math.min(tally.covered, tally.plain) * (asksAlike(question, reading) ? 1.15 : 1) +
      0.4 * Math.max(0, sameQuestion - 0.5),
    rank,
    onTopic: isUsable(question, reading, tally, stated) ? 'yes' : 'no',
    stated,
    firstMatch: tally.firstMatch,
  };
}

function isUsable(question: Question, reading: Reading, tally: Tally, stated: 'yes' | 'no'): boolean {
  return (
    tally.topic >= (question.terms.filter(({ role }) => role === 'topic').length === 1 ? likely : 0.5) &&
    !missesTopic(question, reading) &&
    !((stated === 'no' || question.type === 'place') && isStrict(question, reading, tally)) &&
    !missesCode(question, reading) &&
    !isAnotherWord(question, reading) &&
    !(tally.inside < literally && isOfAnother(question, reading)) &&
    !(question.asksRange === 'yes' && isMention(question, reading)) &&
    !isPriceTag(question, reading)
  );
}

/** The only word of a question may be misspelt, but what is only like it is another word: "Finanzamt" and "finanzieren". */
const likely = 0.56;

/** Here the sentence has the words itself, whatever stands above it. */
const literally = 0.95;

/** What the title and the heading add to a sentence, or take from it. */
function aboveIt(question: Question, reading: Reading): number {
  const { sentence, lexicon, titled, headingType, beyond, sameQuestion } = reading;
  const sameType = question.type !== undefined && headingType === question.type ? 0.15 : 0;
  const isRemedy = spaced(sentence.heading).search(lexicon.trouble.remedy) !== -1;
  const remedy = question.tellsTrouble === 'yes' && isRemedy ? 0.3 : 0;
  const besideIt = (isSpecialCase(sentence, lexicon) ? 0.25 : 0.15) * beyond;
  // Under "How do I apply for leave?" stands nothing about how much there is.
  const same = (question.type === undefined || question.type === headingType ? 0.25 : 0.1) * sameQuestion;
  return same + sameType + remedy - besideIt + (titled === 'yes' ? 0.12 : 0);
}

/** It tells of another case, or of an error code that nobody named. */
function isOfAnother(question: Question, { sentence, lexicon, beyond }: Reading): boolean {
  if (isSpecialCase(sentence, lexicon) && beyond >= otherwise) return question.tellsTrouble === 'no';
  const isCode = /\p{L}-?\d/u.test(sentence.heading) && question.wants === 'one';
  return isCode && question.terms.every(({ neighbours }) => neighbours === undefined);
}

/** From here on the special case of a heading is not the one that was asked about. */
const otherwise = 0.7;

/** "Can I keep my phone number?" is answered without a number, by a sentence that has all of it. */
const wholly = 0.85;

/** Another word for it, or its other form. */
const sameThing = 0.75;

/** "28 days" is how many days. */
function countsTopic({ terms, type }: Question, { sentence, found }: Reading): boolean {
  if (type !== 'quantity') return false;
  const words = wordsOf(sentence.text);
  return terms.some(({ role }, index) => {
    const { inside, position } = found[index] ?? { inside: 0, position: -1 };
    return role === 'topic' && inside >= 0.7 && position > 0 && /^\d/.test(words[position - 1]?.lower ?? '');
  });
}

/** "Which subscriptions are there?" is answered by "The subscription Comfort costs …". */
function namesOne({ terms, wants }: Question, { sentence, lexicon, found }: Reading): boolean {
  if (wants === 'one' || sentence.kind === 'row' || lexicon.language === 'de') return false;
  const words = wordsOf(sentence.text);
  return terms.some(({ role }, index) => {
    const position = found[index]?.position ?? -1;
    return role === 'topic' && position >= 0 && position < 3 && /^\p{Lu}/u.test(words[position + 1]?.surface ?? '');
  });
}

/** Whoever asks what is sold is not answered by a sentence that only mentions such a thing. */
function isMention({ terms }: Question, { sentence, lexicon, found }: Reading): boolean {
  if (terms.some(({ role }, index) => role === 'topic' && (found[index]?.best ?? 0) < 0.5)) return true;
  if (sentence.kind === 'row' || spaced(sentence.text).search(lexicon.selling) !== -1) return false;
  return !terms.some(({ role }, index) => {
    const finding = found[index];
    return role === 'topic' && finding !== undefined && (finding.best > finding.inside || finding.position === 0);
  });
}

interface Tally {
  /** Shares of the question, 0 to 1. */
  readonly covered: number;
  /** The same with rare and common words counting alike. */
  readonly plain: number;
  readonly inside: number;
  /** The best match of a word of the topic. */
  readonly topic: number;
  /** More than 0 where the sentence says "takes" or "costs" itself and gives the figure. */
  readonly literal: number;
  readonly firstMatch: number;
}

function tallyOf(reading: Reading, question: Question, weights: readonly number[], stated: 'yes' | 'no'): Tally {
  let [total, covered, plainTotal, plain, inside, topic, literal, firstMatch] = [0, 0, 0, 0, 0, 0, 0, reading.length];
  const isBare = question.terms.every(({ role }) => role === 'cue');
  for (const [index, term] of question.terms.entries()) {
    const finding = reading.found[index];
    const weight = weights[index] ?? 0;
    total += weight;
    plainTotal += term.weight;
    if (finding === undefined) continue;
    inside += weight * finding.inside;
    if (term.role === 'cue') {
      // "kostet" is answered by a price as well as by the word.
      const isAnswered = question.type !== undefined && stated === 'yes';
      const value = isAnswered ? Math.max(finding.best, 0.75) : finding.best;
      covered += weight * value;
      plain += term.weight * value;
      if (isAnswered && finding.inside >= 0.9) literal = 0.1;
      // "Where are you?" has no other word: the place of the house is meant.
      // "How do I come?" has none at all: any document has things that come.
      const isEmpty = question.type === undefined && reading.lexicon.lightWords.has(term.folded);
      if (isBare && !isEmpty && question.type !== 'price' && question.type !== 'quantity')
        topic = Math.max(topic, finding.best);
    } else {
      covered += weight * finding.best;
      plain += term.weight * finding.best;
      topic = Math.max(topic, finding.best);
      if (finding.inside >= 0.7 && finding.position >= 0) firstMatch = Math.min(firstMatch, finding.position);
    }
  }
  return { covered: covered / total, plain: plain / plainTotal, inside: inside / total, topic, literal, firstMatch };
}

/** "And how old is it?" is not answered by any old thing. */
function missesTopic({ terms, topicFrom }: Question, { found }: Reading): boolean {
  return topicFrom < terms.length && found.slice(topicFrom).every(({ best }) => best < 0.5);
}

/** "E999" is not answered by what stands about E031. */
function missesCode({ terms }: Question, { found }: Reading): boolean {
  const codes = terms.flatMap((term, index) => (term.isCode ? [found[index]?.best ?? 0] : []));
  return codes.length > 0 && codes.every((best) => best < 0.5);
}

/** Whoever asks for a price or a number is not helped by a sentence that has no figure and does not even speak of costs. */
function isStrict(
  question: Question,
  { sentence, lexicon, found, beyond, inHeading }: Reading,
  { plain, topic }: Tally,
): boolean {
  if (question.type === 'phone' || question.type === 'email') return plain < wholly;
  if (question.terms.filter(({ role }) => role === 'topic').length < 2) {
    // Where nearly nothing is asked but the kind of fact, a sentence without it has nothing of the answer.
    // A row has a term or a warranty whatever it is about.
    const lasts = states(sentence.text, 'duration', lexicon);
    const hasWhen =
      states(sentence.text, 'time', lexicon) || (lasts && (question.type === 'duration' || sentence.kind !== 'row'));
    if ((question.type === 'time' || question.type === 'duration') && !hasWhen) return true;
    if (question.type === 'place' && !states(sentence.text, 'place', lexicon)) {
      // "Is there a car park?" is about nothing else.
      const isWholly = topic >= sameThing && beyond === 0 && inHeading > 0;
      return !isWholly && topic < wholly && plain < wholly;
    }
  }
  if (question.type !== 'price' || /\d/.test(sentence.text) || states(sentence.text, 'price', lexicon)) return false;
  return !question.terms.some((term, index) => term.role === 'cue' && (found[index]?.inside ?? 0) >= 0.7);
}
