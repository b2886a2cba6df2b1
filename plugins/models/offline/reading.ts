import type { Passage } from 'polyphon/plugin';
import { type Asking, askingOf, asksYesOrNo } from './asking.ts';
import type { Lexicon } from './lexicon.ts';
import { indexWords, type Match, matchTerm } from './matching.ts';
import type { AnswerType } from './phrases/phrasebook.ts';
import { isContent, isCueWord, type Question, typeOf } from './question.ts';
import type { Sentence } from './sentences.ts';
import type { Stemming } from './stemming.ts';
import { fold, spaced, type Word, wordSet, wordsOf } from './words.ts';

/** One sentence with the places where the words of the question were found. */
export interface Reading {
  readonly sentence: Sentence;
  readonly passage: Passage;
  readonly lexicon: Lexicon;
  /** In words. */
  readonly length: number;
  /** One entry a term of the question. */
  readonly found: readonly Finding[];
  /** 0 to 1: how far the heading asks what is asked, small words included ("How high is", "How long is"). */
  readonly sameQuestion: number;
  /** 0 to 1: how much of the heading is about something that was not asked. */
  readonly beyond: number;
  /** The kind of fact that the heading asks for. */
  readonly headingType: AnswerType | undefined;
  readonly headingAbout: Asking['about'];
  /** 0 to 1: how much of what is asked stands in the heading. */
  readonly inHeading: number;
  /** The heading is answered by yes or no. */
  readonly isYesOrNo: boolean;
  /** The title has all that is asked. */
  readonly titled: 'yes' | 'no';
}

export interface Finding {
  /** 0 to 1: in the sentence itself, or in the one it refers to. */
  readonly inside: number;
  /** 0 to 1: there or in the headings above. */
  readonly best: number;
  /** In words from the beginning of the sentence; -1 where it is not in it. */
  readonly position: number;
}

interface Above {
  readonly matches: readonly Match[];
  readonly sameQuestion: number;
  readonly beyond: number;
  readonly type: AnswerType | undefined;
  readonly about: Asking['about'];
  readonly share: number;
  readonly isYesOrNo: boolean;
}

/** What a word counts when it stands above or before the sentence instead of in it. */
const headingShare = 0.9;
const titleShare = 0.6;
const wholeTitleShare = 0.74;
const meantShare = 0.9;

export interface ReadingOptions {
  readonly passages: readonly Passage[];
  readonly lexiconOf: (passage: Passage) => Lexicon;
  readonly stemming: Stemming;
}

export function readSentences(
  sentences: readonly Sentence[],
  question: Question,
  options: ReadingOptions,
): readonly Reading[] {
  const read = (text: string, lexicon: Lexicon): { readonly length: number; readonly matches: readonly Match[] } => {
    const index = indexWords(text, lexicon, options.stemming);
    return { length: index.length, matches: question.terms.map((term) => matchTerm(term, index)) };
  };
  /** Headings and titles stand over many sentences: each is read once. */
  const above = new Map<string, Above>();
  const titles = new Map<string, readonly Match[]>();
  /** How much of a heading no word of the question is about. */
  const beyondIn = (text: string, lexicon: Lexicon): number => {
    const words = wordsOf(text).filter((word) => isAbout(word, lexicon));
    const missed = words.filter(({ surface }) => {
      const index = indexWords(surface, lexicon, options.stemming);
      return !question.terms.some((term) => matchTerm(term, index).strength >= 0.5);
    });
    return missed.length / Math.max(1, words.length);
  };
  const matchesIn = (text: string, lexicon: Lexicon): readonly Match[] => {
    const known = titles.get(text);
    if (known !== undefined) return known;
    const { matches } = read(text, lexicon);
    titles.set(text, matches);
    return matches;
  };
  const readHeading = (text: string, lexicon: Lexicon): Above => {
    const known = above.get(text);
    if (known !== undefined) return known;
    const matches = matchesIn(text, lexicon);
    const asking = askingOf(text, lexicon);
    const made: Above = {
      matches,
      share: matches.reduce((sum, { strength }) => sum + strength, 0) / Math.max(1, matches.length),
      sameQuestion: sharedWords(question.words, text),
      beyond: beyondIn(text, lexicon),
      type: typeOf(text, lexicon),
      about: asking.about,
      isYesOrNo: asksYesOrNo(text, asking),
    };
    above.set(text, made);
    return made;
  };
  let previous: { readonly sentence: Sentence; readonly matches: readonly Match[] } | undefined;
  return sentences.flatMap((sentence): readonly Reading[] => {
    const passage = options.passages[sentence.passage];
    if (passage === undefined) return [];
    const lexicon = options.lexiconOf(passage);
    const own = read(withoutMail(sentence.text), lexicon);
    const heading = readHeading(sentence.heading, lexicon);
    const title = matchesIn([passage.title, ...passage.headings].join(' · '), lexicon);
    // "It takes two days." speaks of what the sentence before it names.
    const refers = previous?.sentence.section === sentence.section && lexicon.book.anaphora.test(sentence.text);
    const meant = refers ? previous?.matches : undefined;
    previous = { sentence, matches: own.matches };
    // A document whose title is the question is about it in every line.
    const named = matchesIn(passage.title, lexicon);
    const isWhole = question.terms.every(({ role }, index) => role === 'cue' || (named[index]?.strength ?? 0) >= 0.75);
    const fromTitle = isWhole ? wholeTitleShare : titleShare;
    const found = own.matches.map(({ strength, position }, index) => {
      const inside = Math.max(strength, meantShare * (meant?.[index]?.strength ?? 0));
      const best = Math.max(
        inside,
        headingShare * (heading.matches[index]?.strength ?? 0),
        fromTitle * (title[index]?.strength ?? 0),
      );
      return { inside, best, position };
    });
    const { sameQuestion, beyond, type: headingType, about: headingAbout, isYesOrNo } = heading;
    return [
      {
        sentence,
        passage,
        lexicon,
        length: own.length,
        found,
        sameQuestion,
        beyond,
        headingType,
        headingAbout,
        inHeading: heading.share,
        isYesOrNo,
        titled: isWhole ? 'yes' : 'no',
      },
    ];
  });
}

/** Of "Write to advice@firm.example" the name of the mailbox says nothing about advice. */
function withoutMail(text: string): string {
  return text.includes('@') ? text.replace(/[^\s@]+@[^\s@]+/gu, ' ') : text;
}

/** Neither a small word, nor one of the kind of fact, nor a verb that goes with anything. */
function isAbout(word: Word, lexicon: Lexicon): boolean {
  return isContent(word, lexicon) && !isCueWord(word, 'price', lexicon) && !lexicon.lightWords.has(fold(word.lower));
}

/** Twice the shared words over all words. */
function sharedWords(words: ReadonlySet<string>, text: string): number {
  const others = wordSet(spaced(text));
  if (others.size === 0 || words.size === 0) return 0;
  let shared = 0;
  for (const word of words) if (others.has(word)) shared += 1;
  return (2 * shared) / (words.size + others.size);
}
