import { contentWords, isNumber, leaningOf, namesOnly, pointsBack } from './leaning.ts';
import type { Lexicon } from './lexicon.ts';
import { isContent, isCueWord, typeOf } from './question.ts';
import { smallTalkOf } from './small-talk.ts';
import { fold, spaced, type Word, wordsOf } from './words.ts';

/** What a conversation has come to, for a message that continues it. */
export interface Topic {
  /** The thing that is spoken of, the latest first. */
  readonly thing: readonly Word[];
  /** The whole question that was asked of it, in its order, small words included: another thing may take its place. */
  readonly question: readonly Word[];
}

/** Messages back; what lies further is another conversation. */
const maxMessages = 6;

/** Undefined where nothing was spoken of yet. `earlier` oldest first. */
export function topicOf(earlier: readonly string[], lexicon: Lexicon): Topic | undefined {
  let topic: Topic | undefined;
  for (const text of earlier.slice(-maxMessages)) {
    if (smallTalkOf(spaced(text), lexicon) === undefined) topic = continued(topic, text, lexicon) ?? topic;
  }
  return topic;
}

function continued(before: Topic | undefined, text: string, lexicon: Lexicon): Topic | undefined {
  const words = wordsOf(text);
  const type = typeOf(text, lexicon);
  const named = contentWords(words, lexicon).filter((word) => !isCueWord(word, type, lexicon));
  if (named.length === 0) {
    // "And what does it cost?" asks another of the same.
    const asks = contentWords(words, lexicon);
    return before === undefined || asks.length === 0 ? undefined : { ...before, question: [...asks, ...before.thing] };
  }
  if (before === undefined || leaningOf(text, lexicon) === 'no') return { thing: named, question: words };
  if (pointsBack(words, lexicon) === 'yes') return { thing: joined(before.thing, named), question: words };
  if (!namesAnother(text, lexicon)) return { thing: joined(named, before.thing), question: words };
  const rest = withoutReplaced(before.question, words, lexicon);
  return {
    thing: named.some(isNumber) ? joined(withoutNumbers(before.thing), named) : named,
    question: [...rest, ...named],
  };
}

/** "And the SW-22?", "And for the warehouse?": one thing in place of another, of which the same is asked. */
export function namesAnother(text: string, lexicon: Lexicon): boolean {
  if (namesOnly(text, lexicon)) return true;
  const words = wordsOf(text);
  return contentWords(words, lexicon).length === words.length;
}

/** The question before without the thing that another takes the place of: what stands after the same small word, or its number. */
export function withoutReplaced(
  question: readonly Word[],
  another: readonly Word[],
  lexicon: Lexicon,
): readonly Word[] {
  const isNamed = (word: Word | undefined) =>
    word !== undefined && (isNumber(word) || isContent(word, lexicon)) && !isCueWord(word, 'price', lexicon);
  const rest = another.some(isNumber) ? withoutNumbers(question) : question;
  const first = another.findIndex(isNamed);
  const lead = another[first - 1];
  if (rest.length < question.length || first < 1 || lead === undefined || lexicon.openers.test(` ${fold(lead.lower)} `))
    return rest;
  const places = rest.flatMap((word, at) => (word.lower === lead.lower && isNamed(rest[at + 1]) ? [at] : []));
  const [at] = places;
  if (at === undefined || places.length > 1) return rest;
  let end = at + 1;
  while (isNamed(rest[end])) end += 1;
  // A question is left only where something else was asked of it.
  const left = [...rest.slice(0, at), ...rest.slice(end)];
  return contentWords(left, lexicon).length === 0 ? rest : left;
}

/** Also the word before a number written with it: of "SW-22" nothing is left. */
function withoutNumbers(words: readonly Word[]): readonly Word[] {
  return words.filter((word, index) => !isNumber(word) && !isNumber(words[index + 1]));
}

function joined(first: readonly Word[], second: readonly Word[]): readonly Word[] {
  const known = new Set(first.map(({ lower }) => lower));
  return [...first, ...second.filter(({ lower }) => !known.has(lower))];
}
