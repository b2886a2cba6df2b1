import type { FollowUp } from './follow-up.ts';
import { asksHouse, contentWords, isNumber } from './leaning.ts';
import type { Lexicon } from './lexicon.ts';
import { isContent, isCueWord, typeOf, withoutCourtesies } from './question.ts';
import { joinSeparated } from './separable-verbs.ts';
import { fold, type Word, wordsOf } from './words.ts';

interface Clause {
  readonly text: string;
  /** How the sentence ends in which it stands. */
  readonly isAsked: boolean;
  /** It has a word that an answer could be about. */
  readonly says: 'something' | 'nothing';
}

const maxClauses = 12;
const maxBesideWords = 10;

/**
 * What a message of several clauses asks, and beside it what it tells: "I have an interview next week but I am ill, can I come later?"
 * Undefined where it has one clause.
 */
export function askedAmong(text: string, lexicon: Lexicon): FollowUp | undefined {
  const clauses = clausesOf(text, lexicon);
  const at = askingAt(clauses, lexicon);
  const asking = clauses[at];
  if (asking === undefined) return undefined;
  // "…, is that a problem?" asks of what stands before.
  const told = asking.says === 'nothing' ? clauses[at - 1] : undefined;
  const own = told === undefined ? asking.text : `${told.text} ${asking.text}`;
  const others = clauses.filter((clause) => clause !== asking && clause !== told && clause.says === 'something');
  const house = asksHouse(asking.text, lexicon);
  if (house === undefined && (others.length === 0 || contentOf(own, lexicon).length === 0)) return undefined;
  const topic = others.flatMap((clause) => contentOf(clause.text, lexicon)).slice(-maxBesideWords);
  return {
    own: lexicon.language === 'de' ? joinSeparated(own) : own,
    topic: topic.map(({ surface }) => surface).join(' '),
    leaning: 'perhaps',
    pointsBack: 'no',
    house,
  };
}

function clausesOf(text: string, lexicon: Lexicon): readonly Clause[] {
  const said = withoutCourtesies(text, lexicon);
  const clauses: Clause[] = [];
  for (const [sentence] of text.matchAll(/[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]*/gu)) {
    const isAsked = /\?\s*$/u.test(sentence);
    for (const part of sentence.split(/[,;:](?=\s)|\s[-–—]\s/u).flatMap((piece) => atConjunctions(piece, lexicon))) {
      const words = wordsOf(part).filter(({ lower }) => said.has(fold(lower)));
      if (words.length === 0) continue;
      const type = typeOf(part, lexicon);
      const isThing = (word: Word) =>
        said.has(fold(word.lower)) &&
        !isCueWord(word, type, lexicon) &&
        !lexicon.lightWords.has(fold(word.lower)) &&
        !lexicon.deeds.has(fold(word.lower));
      const says = contentOf(part, lexicon).some(isThing) ? 'something' : 'nothing';
      clauses.push({ text: part.trim(), isAsked, says });
    }
  }
  return clauses.slice(-maxClauses);
}

/** In words; a shorter part is one of several things: "on Saturdays and Sundays". */
const shortestPart = 3;

/** Between these one thing is asked: "Can I take it with me or does it stay?" */
const alternatives = new Set(['oder', 'or', 'ou', 'o', 'u', 'или', 'או']);

/** "We are in York and would like to rent two bikes" tells two things. */
function atConjunctions(text: string, lexicon: Lexicon): readonly string[] {
  const tokens = text.trim().split(/\s+/);
  const joins = (token: string) => !alternatives.has(token) && ` ${token} `.search(lexicon.openers) !== -1;
  const cut = tokens.findLastIndex(
    (token, at) => at >= shortestPart && tokens.length - at > shortestPart && joins(plain(token)),
  );
  return cut === -1 ? [text] : [tokens.slice(0, cut).join(' '), tokens.slice(cut + 1).join(' ')];
}

/** The last one that begins as a question, or else the last of a sentence with a question mark, or else the last that says something. */
function askingAt(clauses: readonly Clause[], lexicon: Lexicon): number {
  const begun = clauses.findLastIndex(({ text, isAsked }) => {
    const [first, second] = text.split(/\s+/);
    return opens(first, lexicon) || (isAsked && lexicon.asking.before.has(plain(first)) && opens(second, lexicon));
  });
  const marked = clauses.findLastIndex(({ isAsked }) => isAsked);
  return Math.max(begun, marked) === -1
    ? clauses.findLastIndex(({ says }) => says === 'something')
    : marked > begun && clauses[begun]?.isAsked !== true
      ? marked
      : begun;
}

function opens(token: string | undefined, lexicon: Lexicon): boolean {
  return lexicon.asking.open.has(plain(token));
}

function plain(token: string | undefined): string {
  return fold(token ?? '').replace(/[^\p{L}]/gu, '');
}

function contentOf(text: string, lexicon: Lexicon): readonly Word[] {
  return contentWords(wordsOf(text), lexicon).filter((word) => isNumber(word) || isContent(word, lexicon));
}
