import { type Asking, askingOf } from './asking.ts';
import { groupsOf } from './class-membership.ts';
import type { Lexicon } from './lexicon.ts';
import type { AnswerType } from './phrases/phrasebook.ts';
import type { Stemming } from './stemming.ts';
import { formsOfVerb, isVerb } from './verb.ts';
import { fold, joinedWords, spaced, type Word, wordSet, wordsOf } from './words.ts';

/** A word of the question that an answer should be about. */
export interface Term {
  readonly surface: string;
  readonly folded: string;
  /** In the question's language and in the languages of the passages. */
  readonly forms: readonly string[];
  /** With its neighbours, in one word. */
  readonly joined: readonly string[];
  readonly weight: number;
  /** Numbers of its word classes. */
  readonly groups: readonly number[];
  /** Its place in the question, in words. */
  readonly place: number;
  /** Of a number: the words on both sides, so that "SW-Akku 10" is not found in "10 years". Undefined for other words. */
  readonly neighbours: { readonly before: readonly string[]; readonly after: readonly string[] } | undefined;
  /** Written as one with letters, as in "SW-11" or "E031": the name of one thing, and nothing else will do. */
  readonly isCode: boolean;
  /** Looks like a verb, of which documents may say another. */
  readonly isVerb: boolean;
  /** Says what kind of fact is meant ("costs"), not what about. */
  readonly role: 'topic' | 'cue';
}

export interface Question {
  /** One of the terms from here on must be found, where there are any. */
  readonly topicFrom: number;
  /** All words of it, also those that carry no topic, folded: a document may ask the same. */
  readonly words: ReadonlySet<string>;
  readonly terms: readonly Term[];
  readonly type: AnswerType | undefined;
  /** Asks for several things of a table, or what is between two. */
  readonly wants: 'one' | 'several';
  /** The cheapest or dearest of several things is meant. */
  readonly extreme: 'least' | 'most' | undefined;
  /** Whether a thing is sold at all is asked. */
  readonly asksRange: 'yes' | 'no';
  /** Something is said not to work. */
  readonly tellsTrouble: 'yes' | 'no';
  /** Yes or no would be no answer. */
  readonly isOpen: boolean;
  /** How something is done, or who does it. */
  readonly about: Asking['about'];
}

const maxTerms = 24;
const cueWeight = 0.35;
/** A number in a question is nearly always the point: a model, an error code, a size. */
const numberWeight = 1.6;
/** "E104" is the name of one thing. */
const codeWeight = 2.4;

export function readQuestion(
  text: string,
  options: {
    readonly lexicon: Lexicon;
    readonly stemming: Stemming;
    readonly languages: readonly string[];
    readonly weight: number;
  },
): Question {
  const { lexicon, stemming } = options;
  const words = wordsOf(text);
  const inAll = (word: Word): readonly string[] => {
    if (options.languages.length === 1) return stemming(word.lower, options.languages[0] ?? lexicon.language);
    return [...new Set(options.languages.flatMap((language) => stemming(word.lower, language)))];
  };
  const terms = new Map<string, Term>();
  const type = typeOf(text, lexicon);
  const said = withoutCourtesies(withoutSuperlatives(text, lexicon), lexicon);
  const asking = askingOf(text, lexicon, (folded) => said.has(folded));
  const trouble = toldTrouble(text, lexicon);
  const codes = new Set(Array.from(text.matchAll(/\p{L}-?(\d+)/gu), ([, digits]) => digits));
  const together = new Map(
    joinedWords(text).map(({ lower, position }) => [position, stemming(lower, lexicon.language)] as const),
  );
  const neighboursOf = (index: number, isCode: boolean): Term['neighbours'] => {
    const beside = (neighbour: Word | undefined) =>
      neighbour !== undefined && (isCode || isContent(neighbour, lexicon)) ? inAll(neighbour) : [];
    return { before: beside(words[index - 1]), after: isCode ? [] : beside(words[index + 1]) };
  };
  for (const [index, word] of words.entries()) {
    const isNumber = /\d/.test(word.lower) || isVariant(words, index, lexicon);
    if (!isNumber && (!isContent(word, lexicon) || !said.has(fold(word.lower)))) continue;
    const role = isNumber ? 'topic' : roleOf(word, { type, trouble }, lexicon);
    const verb = isVerb(words, index, lexicon);
    const forms = verb ? formsOfVerb(inAll(word), lexicon) : inAll(word);
    const first = forms[0];
    if (first === undefined || terms.has(first)) continue;
    const isCode = codes.has(word.lower) || (isNumber && isNameOfThing(words, index, lexicon));
    terms.set(first, {
      surface: word.surface,
      folded: fold(word.lower),
      forms,
      joined: together.get(index - 1) ?? [],
      weight: options.weight * weightOf(words, index, { role, isNumber, isCode }, lexicon),
      groups: groupsOf(word.lower, forms, lexicon),
      place: index,
      neighbours: isNumber ? neighboursOf(index, isCode) : undefined,
      isCode,
      isVerb: verb,
      role,
    });
  }
  if (lexicon.language === 'de') joinCompounds(terms);
  return {
    words: wordSet(spaced(text)),
    terms: [...terms.values()].slice(0, maxTerms),
    topicFrom: Number.POSITIVE_INFINITY,
    type,
    wants: spaced(text).search(lexicon.listing) === -1 ? 'one' : 'several',
    extreme: extremeOf(text, lexicon),
    tellsTrouble: trouble.size === 0 ? 'no' : 'yes',
    asksRange: spaced(text).search(lexicon.selling) === -1 ? 'no' : 'yes',
    isOpen: asking.isOpen,
    about: type === undefined ? asking.about : undefined,
  };
}

function weightOf(
  words: readonly Word[],
  index: number,
  { role, isNumber, isCode }: { readonly role: Term['role']; readonly isNumber: boolean; readonly isCode: boolean },
  lexicon: Lexicon,
): number {
  const word = words[index];
  if (role === 'cue' || word === undefined) return cueWeight;
  if (isNumber) return isCode ? codeWeight : numberWeight;
  return nameWeight(word, index, lexicon);
}

/** The words that say that something does not work. */
function toldTrouble(text: string, lexicon: Lexicon): ReadonlySet<string> {
  return wordSet((spaced(text).match(lexicon.trouble.said) ?? []).join(' '));
}

/** "Die erste Beratung" is an "Erstberatung": two words that follow each other are found in one. */
function joinCompounds(terms: Map<string, Term>): void {
  const known = [...terms];
  for (const [key, term] of known) {
    const next = known.find(([, other]) => other.place === term.place + 1);
    if (next === undefined || term.neighbours !== undefined || next[1].neighbours !== undefined) continue;
    const joined = `${term.forms[0] ?? ''}${next[1].forms[0] ?? ''}`;
    terms.set(key, { ...(terms.get(key) ?? term), joined: [...(terms.get(key)?.joined ?? []), joined] });
    terms.set(next[0], { ...next[1], joined: [joined] });
  }
}

export function extremeOf(text: string, { superlatives }: Lexicon): 'least' | 'most' | undefined {
  const inSpaces = spaced(text);
  if (inSpaces.search(superlatives.least) !== -1) return 'least';
  return inSpaces.search(superlatives.most) === -1 ? undefined : 'most';
}

/** The text as it stands unless it asks for an extreme: that is found by comparing, and stands in no document. */
export function withoutSuperlatives(text: string, lexicon: Lexicon): string {
  if (extremeOf(text, lexicon) === undefined) return text;
  const { least, most } = lexicon.superlatives;
  const rest = wordSet(spaced(text).replace(least, '').replace(most, ''));
  return wordsOf(text)
    .filter(({ lower }) => rest.has(fold(lower)))
    .map(({ surface }) => surface)
    .join(' ');
}

/** The words that are left without "hello" and "thank you", folded. */
export function withoutCourtesies(text: string, lexicon: Lexicon): ReadonlySet<string> {
  const { pattern, kinds } = lexicon.smallTalk;
  const rest = spaced(text).replace(pattern, (phrase) => {
    const kind = kinds.get(phrase);
    return kind === 'greeting' || kind === 'thanks' || kind === 'goodbye' ? '' : phrase;
  });
  return wordSet(rest);
}

export function typeOf(text: string, lexicon: Lexicon): AnswerType | undefined {
  const inSpaces = spaced(text);
  return lexicon.cues.find(([, pattern]) => inSpaces.search(pattern) !== -1)?.[0];
}

export function isContent(word: Word, lexicon: Lexicon): boolean {
  const folded = fold(word.lower);
  if (folded.length < 2 || lexicon.stopWords.has(folded)) return false;
  // "Brauch ich", "krieg ich": spoken German drops the ending.
  if (lexicon.language === 'de' && folded.length > 3 && lexicon.stopWords.has(`${folded}e`)) return false;
  // "האם", "שהמחיר": a conjunction is written together with the word.
  return !(lexicon.language === 'he' && /^[ושה]/u.test(folded) && lexicon.stopWords.has(folded.slice(1)));
}

function roleOf(
  word: Word,
  { type, trouble }: { readonly type: AnswerType | undefined; readonly trouble: ReadonlySet<string> },
  lexicon: Lexicon,
): Term['role'] {
  const folded = fold(word.lower);
  const isLight = trouble.has(folded) || lexicon.lightWords.has(folded);
  return isLight || isCueWord(word, type, lexicon) ? 'cue' : 'topic';
}

/** `type` is what its question asks for: whoever asks what to pay asks for a price, whoever asks how does not. */
export function isCueWord(word: Word, type: AnswerType | undefined, lexicon: Lexicon): boolean {
  const folded = fold(word.lower);
  if ((type === 'price' || type === 'quantity') && lexicon.deeds.has(folded)) return true;
  return lexicon.cueWords.has(folded) || (lexicon.language === 'he' && lexicon.cueWords.has(folded.slice(1)));
}

/** Nouns in German, names elsewhere: what a question is about, more than its other words are. */
function nameWeight(word: Word, index: number, lexicon: Lexicon): number {
  return index > 0 && /^\p{Lu}/u.test(word.surface) ? (lexicon.language === 'de' ? 1.2 : 1.3) : 1;
}

/** The letter in "Solarpaket M" or "Vitamin C" tells one thing from another, as a number does. */
export function isVariant(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const before = words[index - 1];
  return /^\p{Lu}$/u.test(words[index]?.surface ?? '') && before !== undefined && isContent(before, lexicon);
}

/** "Fibra 9000?" names a thing; "9000 euros" and "in the year 2026" do not. */
function isNameOfThing(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const [before, word, after] = [words[index - 1], words[index], words[index + 1]];
  if (before === undefined || word === undefined || /^(19|20)\d\d$/.test(word.lower)) return false;
  if (after !== undefined && isContent(after, lexicon)) return false;
  return /^\p{Lu}/u.test(before.surface) && isContent(before, lexicon);
}
