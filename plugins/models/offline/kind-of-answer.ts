import { tellsWay } from './facts.ts';
import type { Lexicon } from './lexicon.ts';
import type { Question } from './question.ts';
import type { Reading } from './reading.ts';
import type { Sentence } from './sentences.ts';
import { fold } from './words.ts';

/** What makes a sentence an answer to how or who, and what makes it one to another question. */
export function asAsked(question: Question, reading: Reading): number {
  const { isOpen, about, terms } = question;
  if (!isOpen) return 0;
  const { sentence, lexicon, headingType, isYesOrNo, beyond, found } = reading;
  const toYesOrNo = lexicon.book.yesNo.test(sentence.text) ? 0.15 : isYesOrNo ? 0.1 : 0;
  if (about === undefined) return -toYesOrNo;
  const sameKind = asksAlike(question, reading) ? 0.3 * (1 - beyond) ** 2 : 0;
  const way = about === 'manner' && terms.length <= shortly ? tellsWay(sentence.text, lexicon) : 'no';
  // A sentence that goes on to say how it is done answers this as well.
  if (way !== 'no') return sameKind + wayShare[way] * Math.max(0, ...found.map(({ inside }) => inside));
  // Under "How long does it take?" stands nothing about how it is done.
  const toAnotherKind = about === 'manner' && headingType !== undefined && headingType !== 'place' ? 0.15 : 0;
  // "What if there is no fibre?" names nobody, and no way; who it is may well be told beside a yes.
  const toWhatIf = isSpecialCase(sentence, lexicon) ? 0.12 : 0;
  return sameKind - toAnotherKind - toWhatIf - (about === 'person' ? 0 : toYesOrNo);
}

/** A heading that asks what happens if. */
export function isSpecialCase({ heading }: Sentence, { book }: Lexicon): boolean {
  return heading !== '' && book.conditional.test(heading);
}

/** The heading asks the same of the same thing: what it lacks is rather another word than another meaning. */
export function asksAlike(
  { isOpen, type, about }: Question,
  { headingType, headingAbout, inHeading }: Reading,
): boolean {
  if (!isOpen || inHeading < 0.4) return false;
  if (type !== undefined && type === headingType) return true;
  // "How do I restart the router?" and "How do I reset the router?" have no more than the router in common.
  return about !== undefined && about === headingAbout && (about === 'person' || inHeading > halfOfIt);
}

/** Of a deed and what it is done to, one is half. */
const halfOfIt = 0.52;

/** "Who is the director?" is not answered by what is done directly, which has the same stem. */
export function isAnotherWord({ about, terms }: Question, { sentence, headingAbout, headingType }: Reading): boolean {
  if (about !== 'person' || headingAbout === 'person') return false;
  // Nor by when it is done, how long it takes or what it costs.
  if (headingType === 'duration' || headingType === 'time' || headingType === 'price') return true;
  const [only] = terms;
  if (terms.length !== 1 || only === undefined) return false;
  const most = only.folded.slice(0, Math.max(3, only.folded.length - 1));
  return !fold(sentence.text).includes(most) && !fold(sentence.heading).includes(most);
}

/** Where a question has more words, they tell its answer. */
const shortly = 2;
const wayShare = { contact: 0.18, yes: 0.1 };
