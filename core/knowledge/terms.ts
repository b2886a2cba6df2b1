import { createRequire } from 'node:module';
import { isFunctionWord } from './function-words.ts';
import { primaryTag } from './primary-tag.ts';
import { wordClasses } from './word-classes.ts';

/**
 * Changes whenever the terms of the same text would: stored chunks are then indexed anew.
 */
export const termsVersion = 2;

/** What a text is found by. */
export interface Terms {
  /** Stems in order, with repetitions. */
  readonly words: readonly string[];
  /** Runs of letters inside words, which find compounds, endings and misspelt words; with repetitions. */
  readonly grams: readonly string[];
}

/** Letters a gram. XQuAD, hit at 1 together with words: 3 gives .94/.92/.92 (en/de/es), 4 gives .95/.94/.94, 5 gives .95/.93/.94. */
const gramLength = 4;
/** Hebrew and Arabic write few vowels: their words are shorter, and prefixes hide their beginnings. */
const shortGramLength = 3;
const shortScript = /[\u0590-\u06ff]/;
const hebrew = /[\u05d0-\u05ea]/;
/** Longer ones are codes or noise; a term is a key in the store. */
const maxWordLength = 40;

const algorithms: Readonly<Record<string, string>> = {
  de: 'german',
  en: 'english',
  es: 'spanish',
  fr: 'french',
  ru: 'russian',
  it: 'italian',
  pt: 'portuguese',
  nl: 'dutch',
  sv: 'swedish',
  da: 'danish',
  no: 'norwegian',
  fi: 'finnish',
  hu: 'hungarian',
  ro: 'romanian',
  tr: 'turkish',
  cs: 'czech',
};

/** The terms of a text in one language (BCP 47 tag). Unknown languages are folded and not stemmed. */
export function termsOf(text: string, language: string): Terms {
  const primary = primaryTag(language);
  const words: string[] = [];
  const grams: string[] = [];
  for (const word of wordsOf(text)) {
    words.push(stemOf(word, primary));
    grams.push(...gramsOf(word));
  }
  for (const { written } of hyphened(text)) words.push(stemOf(written, primary));
  return { words, grams };
}

/** What one word of a question is looked up by. */
export interface QuestionWord {
  /** In small letters. */
  readonly text: string;
  /** Its stems in several languages and spellings: one of them must fit. */
  readonly stems: readonly string[];
  /** Stems of other words for the same. */
  readonly kin: readonly string[];
  /** `asking` where it belongs to the form of a question and not to what is asked. */
  readonly role: 'asking' | 'meaning';
  /** How much it counts, of 1, that a passage holds it: less for a part of the word that was asked for. */
  readonly share: number;
  readonly grams: readonly string[];
}

/** A question of more words is a text; each word costs a few look-ups. */
const maxQuestionWords = 64;

/** The distinct words of a question; `languages` are those the question and the corpus may be in. */
export function questionWords(text: string, languages: readonly string[]): readonly QuestionWord[] {
  const tags = [...new Set(languages.map(primaryTag))];
  const together = new Map(hyphened(text).map(({ second, written }) => [second, written]));
  const writtenAs = (word: string) => [word, together.get(word) ?? word];
  return [...new Set(wordsOf(text))].slice(0, maxQuestionWords).map((word) => ({
    text: word,
    stems: [...new Set(tags.flatMap((tag) => writtenAs(word).flatMap((each) => spellings(each, tag))))],
    kin: [...new Set(tags.flatMap((tag) => kinOf(word, tag)))],
    role: tags.some((tag) => isFunctionWord(word, tag)) ? 'asking' : 'meaning',
    share: 1,
    grams: [...new Set(gramsOf(word))],
  }));
}

/** "geoeffnet" is "geöffnet", "клубный" what belongs to a "клуб", and a "plombier" is who does "plomberie". */
function spellings(word: string, primary: string): readonly string[] {
  const stem = stemOf(word, primary);
  switch (primary) {
    case 'de':
      return /[aou]e/.test(word)
        ? [stem, stemOf(word.replace(/([aou])e/g, '$1\u0308').normalize('NFC'), primary)]
        : [stem];
    case 'ru':
      return /^.{4,}н$/.test(stem) ? [stem, stem.slice(0, -1)] : [stem];
    case 'fr':
      return [stem, ...tradeOf(word)];
    default:
      return [stem];
  }
}

function tradeOf(word: string): readonly string[] {
  const beginning = /^(.{4,}?)(?:i?er|i?ère)s?$/u.exec(word)?.[1];
  return beginning === undefined ? [] : [stemOf(`${beginning}erie`, 'fr')];
}

function kinOf(word: string, primary: string): readonly string[] {
  const own = new Set(spellings(word, primary));
  return [...own].flatMap((stem) => [...(classesOf(primary).get(stem) ?? [])]).filter((stem) => !own.has(stem));
}

/** Shorter ones begin too many other words, unless they are abbreviations, which have no vowel: "GB". */
const shortestAlike = 3;
const classes = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();

/** A stem -> the stems of the words that stand with it in a class. */
function classesOf(primary: string): ReadonlyMap<string, ReadonlySet<string>> {
  const known = classes.get(primary);
  if (known !== undefined) return known;
  const made = new Map<string, Set<string>>();
  for (const members of wordClasses[primary] ?? []) {
    const asked = wordsOf(members).filter((member) => !isFunctionWord(member, primary));
    const stems = asked.map((member) => stemOf(member, primary));
    const found = stems.filter(
      (stem) => stem.length >= (shortScript.test(stem) ? 3 : shortestAlike) || /^[^aeiouyаиоуыэюя]{2,3}$/.test(stem),
    );
    for (const stem of stems) made.set(stem, new Set([...(made.get(stem) ?? []), ...found]));
  }
  classes.set(primary, made);
  return made;
}

/** The words as grams see them, each between two `_`. */
export function foldWords(text: string): string {
  return `_${wordsOf(text).map(foldMarks).join('_')}_`;
}

function wordsOf(text: string): readonly string[] {
  return (folded(text).match(word) ?? []).map((found) => found.slice(0, maxWordLength));
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('ß', 'ss').replaceAll('ё', 'е').replace(hebrewPoints, '');
}

/** A short part before a hyphen, and what the whole is where it is written in one: "e-bike" is an "ebike", "SW-11" an "SW11". */
function hyphened(text: string): readonly { readonly second: string; readonly written: string }[] {
  return Array.from(folded(text).matchAll(shortPart), ([, first = '', second = '']) => ({
    second,
    written: `${first}${second}`.slice(0, maxWordLength),
  }));
}

const shortPart = /(?<![\p{L}\p{N}\p{M}-])([\p{L}\p{N}\p{M}]{1,2})-([\p{L}\p{N}\p{M}]+)(?!-)/gu;

const word = /[\p{L}\p{N}\p{M}]+/gu;
const hebrewPoints = /[\u0591-\u05c7]/g;

/** Most words have no marks, and decomposing one takes more than twice as long as looking at it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII.
const beyondAscii = /[^\x00-\x7f]/;

function foldMarks(text: string): string {
  return beyondAscii.test(text) ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text;
}

function gramsOf(word: string): readonly string[] {
  const length = shortScript.test(word) ? shortGramLength : gramLength;
  const marked = `_${foldMarks(word)}_`;
  if (marked.length <= length) return [marked];
  return Array.from({ length: marked.length - length + 1 }, (_, at) => marked.slice(at, at + length));
}

/** Stems by language and word. Stemming costs about 5 µs, and a corpus uses few words often. */
const stems = new Map<string, string>();
const maxStems = 20_000;

function stemOf(word: string, primary: string): string {
  const key = `${primary} ${word}`;
  const known = stems.get(key);
  if (known !== undefined) return known;
  if (stems.size >= maxStems) stems.clear();
  const stem = foldMarks(makeStem(word, primary)) || word;
  stems.set(key, stem);
  return stem;
}

function makeStem(word: string, primary: string): string {
  if (hebrew.test(word)) return hebrewStem(word);
  // A code or a price has no ending.
  if (/\p{N}/u.test(word)) return word;
  return stemmerFor(primary)?.stem(word) ?? word;
}

/**
 * Hebrew glues "and", "the", "in", "to" and others to the front of a word. All such letters are taken off while three remain, so that
 * a word and the same word with any of them in front end alike; what is taken off too much is so in text and question.
 */
function hebrewStem(word: string): string {
  let stem = word;
  while (stem.length > 3 && 'והבכלמש'.includes(stem.charAt(0))) stem = stem.slice(1);
  return stem.length >= 5 ? stem.replace(/(?:ים|ות|יה|ית)$/u, '') : stem;
}

interface Stemmer {
  stem(word: string): string;
}
const stemmers = new Map<string, Stemmer | undefined>();
const require = createRequire(import.meta.url);

/** Loaded when the first text is read or asked: the package is 0.9 MB of code. */
function stemmerFor(primary: string): Stemmer | undefined {
  if (stemmers.has(primary)) return stemmers.get(primary);
  const algorithm = algorithms[primary];
  if (algorithm === undefined) return undefined;
  const { newStemmer } = require('snowball-stemmers') as { newStemmer(algorithm: string): Stemmer };
  const stemmer = newStemmer(algorithm);
  stemmers.set(primary, stemmer);
  return stemmer;
}
