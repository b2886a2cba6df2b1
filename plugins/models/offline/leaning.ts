import { houses } from './house.ts';
import type { Lexicon } from './lexicon.ts';
import { type PhraseIndex, withoutPhrase } from './phrase-index.ts';
import type { House } from './phrases/phrasebook.ts';
import { isContent, isCueWord, isVariant, typeOf, withoutCourtesies } from './question.ts';
import { fold, spaced, type Word, wordsOf } from './words.ts';

/**
 * Whether a message leans on what was said before: `yes` where its words alone ask nothing, `perhaps` where they may ask enough. Then
 * what the documents have decides, not the form: "How can I pay?" is a question of its own, "What is the price?" is hardly one.
 */
export type Leaning = 'no' | 'perhaps' | 'yes';

/** A question with this many words of its own needs no other. */
const selfContained = 3;
const maxEllipticalWords = 9;
/** In letters; "please" and a greeting may stand around it. */
const longestHouseQuestion = 120;
/** "And for children?" */
const maxNamingWords = 3;

export function leaningOf(text: string, lexicon: Lexicon): Leaning {
  if (asksHouse(text, lexicon) !== undefined) return 'no';
  const words = wordsOf(text);
  const said = contentWords(words, lexicon);
  const type = typeOf(text, lexicon);
  const named = said.filter((word) => !isCueWord(word, type, lexicon));
  // "SW-22" is a name without the thing it belongs to.
  const content = named.filter((word, index) => !isNumber(word) && !isNumber(named[index + 1]));
  const back = pointsBack(words, lexicon);
  const opened = isOpened(text, content.length, lexicon);
  if (content.length === 0) {
    if (named.length > 0) return words.length <= maxNamingWords + 1 ? 'yes' : 'no';
    return said.length === 0 || opened || back === 'yes' ? 'yes' : 'perhaps';
  }
  if (words.length > maxEllipticalWords) return 'no';
  if (opened && content.length < 2) return back === 'yes' || namesOnly(text, lexicon) ? 'yes' : 'perhaps';
  if (content.length < selfContained && back === 'yes') return 'yes';
  return content.length < 2 && type !== undefined ? 'perhaps' : 'no';
}

/** "Where are you?" and "How can I reach you?" are about the house, whatever was spoken of; "Where is it?" is so where nothing was. */
export function asksHouse(
  text: string,
  lexicon: Lexicon,
  spokenOf: 'something' | 'nothing' = 'something',
): House | undefined {
  const inSpaces = spaced(text);
  if (inSpaces.length > longestHouseQuestion) return undefined;
  const has = (house: House, phrases: PhraseIndex): boolean => {
    const rest = withoutPhrase(house === 'hours' ? withoutDays(inSpaces, lexicon) : inSpaces, phrases);
    if (rest === undefined) return false;
    const said = withoutCourtesies(text, lexicon);
    const left = wordsOf(rest.replace(lexicon.house[house].told, ''));
    return left.every((word) => !said.has(fold(word.lower)) || !isContent(word, lexicon));
  };
  return houses.find((house) => {
    const { asked, alone } = lexicon.house[house];
    if (spokenOf === 'nothing' && has(house, alone)) return true;
    if (!has(house, asked)) return false;
    // "Wo sind sie?" in small letters may mean things, and "wie erreiche ich sie?" somebody; elsewhere these words differ.
    const mayPointBack = house === 'place' || lexicon.language === 'de';
    return spokenOf === 'nothing' || !mayPointBack || pointsBack(wordsOf(text), lexicon) === 'no';
  });
}

/** The days that a question names, folded: "on Saturday", "samstags". */
export function daysIn(text: string, lexicon: Lexicon): readonly string[] {
  return wordsOf(fold(text)).flatMap(({ lower }) => (lexicon.days.names.has(lower) ? [lower] : []));
}

/** "When do you open on Saturday?" asks for the hours, as it does without the day. */
function withoutDays(inSpaces: string, { days }: Lexicon): string {
  const kept: string[] = [];
  for (const word of inSpaces.trim().split(' ')) {
    if (!days.names.has(word)) kept.push(word);
    else while (days.before.has(kept.at(-1) ?? '')) kept.pop();
  }
  return ` ${kept.join(' ')} `;
}

/** "And the SW-22?" asks the same of another thing; "And must I register it?" asks another of the same. */
export function namesOnly(text: string, lexicon: Lexicon): boolean {
  const words = wordsOf(text);
  return contentWords(words, lexicon).some(isNumber) || words.length <= maxNamingWords;
}

function isOpened(text: string, content: number, lexicon: Lexicon): boolean {
  if (lexicon.openers.test(spaced(text))) return true;
  return lexicon.language === 'he' && /^\s*ו(ה|מ|כ|א|ל|ב)/u.test(text) && content <= 1;
}

/** It says "it" or "there". */
export function pointsBack(words: readonly Word[], lexicon: Lexicon): 'yes' | 'no' {
  const filling = fillingWords(words, lexicon);
  return words.some((_, index) => !filling.has(index) && isPronoun(words, index, lexicon)) ? 'yes' : 'no';
}

/** The places of words as in "is it possible", where "it" stands for nothing. */
function fillingWords(words: readonly Word[], lexicon: Lexicon): ReadonlySet<number> {
  const places = new Set<number>();
  const text = ` ${words.map(({ lower }) => fold(lower)).join(' ')} `;
  for (const match of text.matchAll(lexicon.expletives)) {
    const first = text.slice(0, match.index).trim();
    const start = first === '' ? 0 : first.split(' ').length;
    for (const [offset] of match[0].split(' ').entries()) places.add(start + offset);
  }
  return places;
}

function isPronoun(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const word = words[index];
  if (word === undefined || !lexicon.pronouns.has(fold(word.lower))) return false;
  // "das Solarpaket" is no "das".
  const next = words[index + 1];
  if (next !== undefined && lexicon.determiners.has(fold(word.lower)) && isNoun(next, lexicon)) return false;
  // The polite "Sie" and "Ihnen" in mid-sentence address the bot.
  return !(lexicon.language === 'de' && index > 0 && /^\p{Lu}/u.test(word.surface));
}

/** "la X.25": a name may be one letter. */
function isNoun(word: Word, lexicon: Lexicon): boolean {
  return (
    isNumber(word) || isContent(word, lexicon) || (/^\p{Lu}/u.test(word.surface) && !lexicon.pronouns.has(word.lower))
  );
}

export function contentWords(words: readonly Word[], lexicon: Lexicon): readonly Word[] {
  return words.filter((word, index) => isNumber(word) || isContent(word, lexicon) || isVariant(words, index, lexicon));
}

export function isNumber(word: Word | undefined): boolean {
  return word !== undefined && /\d/.test(word.lower);
}
