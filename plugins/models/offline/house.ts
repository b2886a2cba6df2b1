import type { Passage } from 'polyphon/plugin';
import type { Evidence } from './evidence.ts';
import { states, statesAddress, statesHours } from './facts.ts';
import type { Lexicon } from './lexicon.ts';
import { indexWords } from './matching.ts';
import { withoutPhrase } from './phrase-index.ts';
import type { House } from './phrases/phrasebook.ts';
import { primaryTag } from './phrases/phrasebooks.ts';
import { typeOf } from './question.ts';
import type { Sentence } from './sentences.ts';
import type { Stemming } from './stemming.ts';
import { spaced } from './words.ts';

/** What a question about the house wants to know; its own words are in no document. */
export const houses: readonly House[] = ['place', 'contact', 'writing', 'hours'];

/** From a heading that asks the same, or a title that names it. */
const told = { heading: 0.5, title: 0.3 };
/** Sure enough to answer by itself, and hardly without a heading or without an address or number. */
const coverage = { told: 0.9, untold: 0.55 };
/** "The stop is two minutes away" under "Directions" is better than nothing. */
const vague = 0.4;

/** It names the day that is asked for. */
const asked = 0.4;

interface Options {
  readonly passages: readonly Passage[];
  readonly lexiconOf: (passage: Passage) => Lexicon;
  readonly language: string;
  /** Of opening hours: the days that are asked for, folded. */
  readonly days: readonly string[];
  readonly stemming: Stemming;
}

/** The sentences that state an address, a number or where to write, and what else stands under a heading about it; the former first. */
export function weighForHouse(sentences: readonly Sentence[], house: House, options: Options): readonly Evidence[] {
  return sentences.flatMap((sentence): readonly Evidence[] => {
    const passage = options.passages[sentence.passage];
    return passage === undefined || sentence.kind === 'row' ? [] : weigh(sentence, passage, house, options);
  });
}

function weigh(sentence: Sentence, passage: Passage, house: House, options: Options): readonly Evidence[] {
  const lexicon = options.lexiconOf(passage);
  const isUnder = tells(sentence.heading, house, lexicon);
  const isIn = [passage.title, ...passage.headings].some((heading) => tells(heading, house, lexicon));
  const isStated = has(sentence.text, house, lexicon);
  if (!isStated && !isUnder) return [];
  const isFamiliar = passage.language === undefined || primaryTag(passage.language) === primaryTag(options.language);
  // A day on which it is closed belongs to the hours, and is no answer without them.
  const hours = house === 'hours' && statesHours(sentence.text) ? 0.15 : 0;
  const isOnDay = options.days.length > 0 && names(sentence.text, lexicon, options);
  const above = (isUnder ? told.heading : 0) + (isIn ? told.title : 0);
  return [
    {
      sentence,
      named: 'yes',
      coverage: isStated && (isUnder || isIn) ? coverage.told : coverage.untold,
      rank:
        above +
        hours +
        (isOnDay ? asked : 0) -
        (isStated ? 0 : vague) +
        (sentence.position === 0 ? 0.06 : 0) +
        (isFamiliar ? 0.1 : 0) +
        0.12 * passage.score -
        0.004 * sentence.passage,
      // A number or a mail may be anybody's; an address is rarely another's.
      onTopic: isUnder || isIn || house === 'place' ? 'yes' : 'no',
      stated: 'yes',
      firstMatch: 0,
    },
  ];
}

function names(text: string, lexicon: Lexicon, { days, stemming }: Options): boolean {
  const { positions } = indexWords(text, lexicon, stemming);
  return days.some((day) => stemming(day, lexicon.language).some((form) => positions.has(form)));
}

function has(text: string, house: House, lexicon: Lexicon): boolean {
  switch (house) {
    case 'place':
      return statesAddress(text);
    case 'contact':
      return states(text, 'phone', lexicon) || states(text, 'email', lexicon);
    case 'hours':
      return statesHours(text) || states(text, 'time', lexicon);
    case 'writing':
      return states(text, 'email', lexicon);
    default:
      return house satisfies never;
  }
}

function tells(heading: string, house: House, lexicon: Lexicon): boolean {
  const inSpaces = spaced(heading);
  const { asked, told } = lexicon.house[house];
  if (inSpaces.search(told) !== -1 || withoutPhrase(inSpaces, asked) !== undefined) return true;
  return house === 'place' && typeOf(heading, lexicon) === 'place';
}
