import { indexPhrases, type PhraseIndex } from './phrase-index.ts';
import type { AnswerType, House, HousePhrases, Phrasebook, SmallTalk } from './phrases/phrasebook.ts';
import { phrasebookFor, phrasebooks, primaryTag } from './phrases/phrasebooks.ts';
import { type ShortForms, shortFormsIn } from './shorthand.ts';
import type { Stemming } from './stemming.ts';
import { bothSpellings, phrasePattern, spaced, wordSet, wordsOf } from './words.ts';

/** A phrasebook made ready for comparing; built once a language. */
export interface Lexicon {
  readonly language: string;
  readonly book: Phrasebook;
  readonly stopWords: ReadonlySet<string>;
  readonly shortForms: ShortForms;
  readonly listing: RegExp;
  readonly cueWords: ReadonlySet<string>;
  readonly house: Readonly<Record<House, HousePatterns>>;
  readonly days: { readonly names: ReadonlySet<string>; readonly before: ReadonlySet<string> };
  readonly asking: { readonly open: ReadonlySet<string>; readonly before: ReadonlySet<string> };
  readonly deeds: ReadonlySet<string>;
  /** Words before a verb. */
  readonly beforeVerbs: ReadonlySet<string>;
  readonly lightWords: ReadonlySet<string>;
  readonly pronouns: ReadonlySet<string>;
  readonly determiners: ReadonlySet<string>;
  readonly openers: RegExp;
  readonly expletives: RegExp;
  readonly fillers: RegExp;
  readonly smallTalk: { readonly pattern: RegExp; readonly kinds: ReadonlyMap<string, SmallTalk> };
  readonly cues: readonly (readonly [AnswerType, RegExp])[];
  /** A form of a word -> its word classes, and how long the words are that have this form there. */
  readonly groups: ReadonlyMap<string, readonly Membership[]>;
  readonly classes: readonly string[];
  readonly superlatives: { readonly least: RegExp; readonly most: RegExp };
  readonly selling: RegExp;
  readonly trouble: { readonly said: RegExp; readonly remedy: RegExp };
}

export interface Membership {
  readonly group: number;
  /** In letters. */
  readonly length: number;
}

export interface HousePatterns {
  readonly asked: PhraseIndex;
  readonly alone: PhraseIndex;
  readonly told: RegExp;
}

/** The order counts: "thanks, bye" is a goodbye, "hello, who are you" asks who. */
export const smallTalkKinds: readonly SmallTalk[] = [
  'identity',
  'complaint',
  'help',
  'goodbye',
  'thanks',
  'wellbeing',
  'greeting',
  'praise',
  'no',
  'yes',
];

export type Lexicons = (language: string) => Lexicon;

/** Words for one thing, by language; a class is words between spaces. */
export type WordClasses = Readonly<Record<string, readonly string[]>>;

/** A language tag may be anything that a client sent: past this many, English serves. */
const maxLexicons = 40;

export function createLexicons(stemming: Stemming, wordClasses: WordClasses): Lexicons {
  const built = new Map<string, Lexicon>();
  const lexiconOf = (tag: string): Lexicon => {
    const known = built.get(tag);
    if (known !== undefined) return known;
    if (!(tag in phrasebooks) && (built.size >= maxLexicons || !/^[a-z]{2,3}$/.test(tag))) return lexiconOf('en');
    const lexicon = build(tag, phrasebookFor(tag), stemming, wordClasses[tag] ?? wordClasses['en'] ?? []);
    built.set(tag, lexicon);
    return lexicon;
  };
  return (language) => lexiconOf(primaryTag(language));
}

function build(language: string, book: Phrasebook, stemming: Stemming, classes: readonly string[]): Lexicon {
  const groups = new Map<string, readonly Membership[]>();
  for (const [index, group] of classes.entries()) {
    for (const word of wordsOf(group)) {
      const forms = stemming(word.lower, language);
      // "לחנות", to park, without its beginning is "חנות", a shop.
      const isInfinitive = language === 'he' && /^ל\p{L}{3,}$/u.test(word.lower);
      for (const form of isInfinitive ? forms.slice(0, 1) : forms) {
        groups.set(form, [...(groups.get(form) ?? []), { group: index, length: word.lower.length }]);
      }
    }
  }
  const written = (list: string) => (language === 'de' ? bothSpellings(list, '|') : list);
  const phrases = (list: string) => phrasePattern(written(list));
  const words = (list: string) => wordSet(language === 'de' ? bothSpellings(list, ' ') : list);
  return {
    language,
    book,
    stopWords: words(book.stopWords),
    shortForms: shortFormsIn(book.shortForms),
    listing: phrases(book.listing),
    cueWords: words(book.cueWords),
    house: {
      place: houseIn(book.house.place, written),
      contact: houseIn(book.house.contact, written),
      writing: houseIn(book.house.writing, written),
      hours: houseIn(book.house.hours, written),
    },
    days: { names: words(book.days.names), before: words(book.days.before) },
    asking: { open: words(book.asking.open), before: words(book.asking.before) },
    deeds: words(book.deeds),
    beforeVerbs: words(book.verbs.after),
    lightWords: words(book.lightWords),
    pronouns: wordSet(book.pronouns),
    determiners: wordSet(book.determiners),
    openers: new RegExp(phrasePattern(book.openers).source.replace('(?<= )', '^ '), 'u'),
    expletives: phrases(book.expletives),
    fillers: phrasePattern(book.fillers),
    smallTalk: smallTalkIn(book),
    cues: book.cues.map(([type, list]) => [type, phrases(list)] as const),
    groups,
    classes,
    superlatives: { least: phrases(book.superlatives.least), most: phrases(book.superlatives.most) },
    selling: phrases(book.selling),
    trouble: { said: phrases(book.trouble.said), remedy: phrases(book.trouble.remedy) },
  };
}

function houseIn({ asked, alone, told }: HousePhrases, written: (list: string) => string): HousePatterns {
  return {
    asked: indexPhrases(written(asked)),
    alone: indexPhrases(written(alone)),
    told: phrasePattern(written(told)),
  };
}

/** All phrases together: where "no, thanks" stands, "thanks" alone is not meant. */
function smallTalkIn(book: Phrasebook): Lexicon['smallTalk'] {
  const phrases = new Map<string, SmallTalk>();
  for (const kind of smallTalkKinds) {
    for (const phrase of book.smallTalk[kind].split('|')) phrases.set(spaced(phrase).trim(), kind);
  }
  return { pattern: phrasePattern([...phrases.keys()].join('|')), kinds: phrases };
}

const switches: readonly (readonly [string, RegExp])[] = Object.entries(phrasebooks).map(
  ([tag, book]) => [tag, phrasePattern(book.switchTo)] as const,
);

/** The language a message asks for, and what is left of the message. */
export function askedLanguage(spacedText: string): { readonly language: string; readonly rest: string } | undefined {
  for (const [language, pattern] of switches) {
    const rest = spacedText.replace(pattern, '');
    if (rest !== spacedText) return { language, rest: ` ${rest.replace(/\s+/g, ' ').trim()} ` };
  }
  return undefined;
}
