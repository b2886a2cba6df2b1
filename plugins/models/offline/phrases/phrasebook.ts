/** What a person may say that no document answers. */
export type SmallTalk =
  | 'greeting'
  | 'wellbeing'
  | 'thanks'
  | 'goodbye'
  | 'identity'
  | 'help'
  | 'yes'
  | 'no'
  | 'praise'
  | 'complaint';

/** What kind of fact a question asks for. */
export type AnswerType = 'price' | 'quantity' | 'duration' | 'time' | 'place' | 'phone' | 'email';

/** What may be asked of the house itself: where it is, how it is reached, where to write, when it is open. */
export type House = 'place' | 'contact' | 'writing' | 'hours';

export interface HousePhrases {
  readonly asked: string;
  /** Ways to ask for it where nothing was spoken of before ("Where is it?"). */
  readonly alone: string;
  /** Words of the headings under which it is told. */
  readonly told: string;
  /** What to search with, each by itself. */
  readonly searched: string;
}

/**
 * All words of one language. Lists are phrases between `|`, in lower case and without punctuation; they are compared on folded
 * text (no accents, no points), word by word, the longest phrase first.
 */
export interface Phrasebook {
  /** The algorithm of snowball-stemmers; `hebrew` strips prefixes instead, which Snowball does not have. */
  readonly stemmer: string;
  /** Words that carry no topic. Between spaces. */
  readonly stopWords: string;
  /** Words as they are typed in a hurry, and what they stand for: `whats=what is`. Pairs between `|`. */
  readonly shortForms: string;
  readonly smallTalk: Readonly<Record<SmallTalk, string>>;
  /** Words around small talk that mean nothing by themselves ("I have a question"). */
  readonly fillers: string;
  readonly replies: Readonly<Record<SmallTalk | 'greetingAgain' | 'clarify', string>>;
  /** Introduces a quotation in another language; `{language}` is that language, in this one. */
  readonly quoting: string;
  /** Said when the language is changed and there is nothing to quote. */
  readonly switched: string;
  /** Before a sentence from a second document. */
  readonly also: string;
  /** Names of languages, by BCP 47 tag, in this language. */
  readonly languageNames: Readonly<Record<string, string>>;
  /** Ways to ask for this language, in any language. */
  readonly switchTo: string;
  /** Phrases by which a question shows what it asks for. The first type that matches counts. */
  readonly cues: readonly (readonly [AnswerType, string])[];
  /** Phrases that ask for several things, or for what is between them. */
  readonly listing: string;
  /** Words of those phrases that say the kind of fact and not the topic. Between spaces. */
  readonly cueWords: string;
  /** Questions about the house itself, whose words say nothing of it. */
  readonly house: Readonly<Record<House, HousePhrases>>;
  /** Names of days on which a house may be open, and what may stand before them ("on", "at"). Between spaces. */
  readonly days: { readonly names: string; readonly before: string };
  readonly asking: {
    /** Words that begin a question which yes or no does not answer. Between spaces. */
    readonly open: string;
    /** What may stand before them ("until when"). Between spaces. */
    readonly before: string;
    /** How a question begins that asks how something is done, or who; tried on folded words, what stands before taken off. */
    readonly manner: RegExp;
    readonly person: RegExp;
  };
  /** The yes or no with which a sentence answers another question, where what follows stands by itself. */
  readonly yesNo: RegExp;
  /** What a sentence looks like that says how something is done. */
  readonly way: RegExp;
  /** How a verb is known: by its ending, or by the word before it. Words between spaces. */
  readonly verbs: { readonly ending: RegExp; readonly after: string };
  /** Verbs that ask for a price where one is asked for, and else name what is to be done ("How can I pay?"). Between spaces. */
  readonly deeds: string;
  /** Verbs that go with anything ("comes", "works"), which an answer need not repeat. Between spaces. */
  readonly lightWords: string;
  /** What is searched beside a thing of which the cheapest or dearest is asked for. */
  readonly priced: string;
  /** Ways to ask for the cheapest of several things, and for the dearest. */
  readonly superlatives: { readonly least: string; readonly most: string };
  /** How somebody says that a thing does not work, and how a heading over the remedy asks. */
  readonly trouble: { readonly said: string; readonly remedy: string };
  /** Ways to ask whether something is sold at all. */
  readonly selling: string;
  /** A heading that tells of a special case. */
  readonly conditional: RegExp;
  /** What a sentence that states such a fact looks like. */
  readonly signs: Readonly<Partial<Record<AnswerType, RegExp>>>;
  /** A short question that begins so continues the one before. */
  readonly openers: string;
  /** Words that stand for the topic of the question before; a form in capitals (the polite "Sie") does not count. */
  readonly pronouns: string;
  /** Phrases with such a word that stands for nothing: "is it possible". */
  readonly expletives: string;
  /** Of these, the words that stand before a noun as often as for one. Between spaces. */
  readonly determiners: string;
  /** A sentence that begins so needs the sentence before it. */
  readonly anaphora: RegExp;
}
