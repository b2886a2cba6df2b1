import type { ModelRequest, Passage } from 'polyphon/plugin';
import { withoutYesNo } from './asking.ts';
import { type Choice, chooseSentences } from './choice.ts';
import { askedAmong } from './clauses.ts';
import { type Evidence, weighSentences } from './evidence.ts';
import { contactTexts, type FollowUp, longestText, readFollowUp, searchText } from './follow-up.ts';
import { weighForHouse } from './house.ts';
import { asksHouse, daysIn } from './leaning.ts';
import { askedLanguage, type Lexicon, type Lexicons } from './lexicon.ts';
import type { House, SmallTalk } from './phrases/phrasebook.ts';
import { phrasebooks, primaryTag } from './phrases/phrasebooks.ts';
import { type Question, readQuestion } from './question.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { writtenOut } from './shorthand.ts';
import { smallTalkOf } from './small-talk.ts';
import { spokenLanguage } from './spoken-language.ts';
import type { Stemming } from './stemming.ts';
import { spaced } from './words.ts';

export interface Composer {
  /** The whole answer with its marks. */
  compose(request: ModelRequest): string;
  /** Two where the last message may stand on its own as well. */
  rewriteQuery(messages: ModelRequest['messages'], language: string): string | readonly string[];
}

/** The words of the question before count, but less than those of this one. */
const topicWeight = 0.4;
const topicWeightAlone = 1;

/** Whoever may have asked something new did so where what was spoken of has so much less of it. */
const standsAlone = 0.1;

export function createComposer(options: {
  readonly stemming: Stemming;
  readonly lexicons: Lexicons;
  readonly threshold: number;
  readonly maxSentences: number;
}): Composer {
  const { stemming, lexicons } = options;

  const answer = (request: ModelRequest, lexicon: Lexicon, followUp: FollowUp): string | undefined => {
    const passages = request.passages;
    const lexiconOf = (passage: Passage | undefined) => lexicons(passage?.language ?? request.language);
    const spoken = new Set([
      primaryTag(request.language),
      lexicon.language,
      ...passages.map((passage) => primaryTag(passage.language ?? request.language)),
    ]);
    const asked = spokenLanguage(contactTexts(request.messages).at(-1) ?? '', request.language);
    spoken.add(primaryTag(asked));
    const own = readQuestion(followUp.own, { lexicon: lexicons(asked), stemming, languages: [...spoken], weight: 1 });
    const sentences = sentencesOf(passages);
    const finish = (chosen: readonly Sentence[], { isOpen }: Question) =>
      quote(chosen, {
        passages,
        lexicon,
        asked,
        textOf: (sentence) =>
          isOpen ? withoutYesNo(sentence.text, lexiconOf(passages[sentence.passage])) : sentence.text,
      });
    const weigh = (question: Question) =>
      weighSentences(sentences, question, { passages, lexiconOf, stemming, language: request.language });
    const choose = (evidence: readonly Evidence[], { wants, extreme }: Question): Choice =>
      chooseSentences(evidence, {
        threshold: options.threshold,
        maxSentences: options.maxSentences,
        wants,
        extreme,
        passages: passages.length,
        lexiconOf: (sentence) => lexiconOf(passages[sentence.passage]),
      });
    if (followUp.house !== undefined) {
      const evidence = weighForHouse(sentences, followUp.house, {
        passages,
        lexiconOf,
        language: request.language,
        days: daysIn(followUp.own, lexicons(asked)),
        stemming,
      });
      const { sentences: told } = choose(evidence, own);
      if (told.length > 0) return finish(told, own);
    }
    /** By itself, unless the answer to both has as much of what the message says. */
    const standing = (joined: Choice, evidence: readonly Evidence[]): Choice => {
      const alone = choose(evidence, own);
      const held = evidence.find(({ sentence }) => sentence === joined.best?.sentence)?.coverage ?? 0;
      return (alone.best?.coverage ?? 0) > held + standsAlone ? alone : joined;
    };
    const whole = joinQuestions(own, readTopic(followUp, request, [...spoken]), followUp.pointsBack);
    const joined = choose(weigh(whole), whole);
    const { sentences: chosen } = followUp.leaning === 'perhaps' ? standing(joined, weigh(own)) : joined;
    if (chosen.length === 0) return undefined;
    return finish(chosen, own);
  };

  /** The topic may have been named in another language than this message: its stop words are those of its own. */
  const readTopic = (followUp: FollowUp, request: ModelRequest, languages: readonly string[]): Question => {
    if (followUp.topic === '') return noQuestion;
    const weight = followUp.own === '' ? topicWeightAlone : topicWeight;
    const readings = languages.map((language) =>
      readQuestion(followUp.topic, { lexicon: lexicons(language), stemming, languages, weight }),
    );
    const fewest = readings.toSorted((left, right) => left.terms.length - right.terms.length)[0];
    return followUp.own === '' && fewest !== undefined
      ? fewest
      : (readings[languages.indexOf(primaryTag(request.language))] ?? noQuestion);
  };

  const searchedAmong = ({ own, topic, house }: FollowUp, language: string, asked: string): readonly string[] => {
    const lexicon = lexicons(asked);
    if (house !== undefined) return searchedForHouse(house, own, lexicons(language), lexicon);
    return [searchText('', own, lexicon), searchText(topic, own, lexicon)];
  };

  return {
    compose: (asItCame) => {
      const request = { ...asItCame, messages: inFull(asItCame.messages, asItCame.language, lexicons) };
      const last = contactTexts(request.messages).at(-1) ?? '';
      const inSpaces = spaced(last);
      const switched = askedLanguage(inSpaces);
      const target = switched !== undefined && switched.language in phrasebooks ? switched.language : request.language;
      const lexicon = lexicons(target);
      const isTalk = switched === undefined && asksHouse(last, lexicon) === undefined;
      const talk = isTalk ? smallTalkIn(inSpaces, lexicon, lexicons(request.language)) : undefined;
      if (talk !== undefined) return reply(talk, lexicon, request);
      const asked = spokenLanguage(last, request.language);
      const followUp = readFollowUp(request.messages, asked, lexicons);
      const among = askedAmong(last, lexicons(asked));
      const answered =
        answer(request, lexicon, followUp) ?? (among === undefined ? undefined : answer(request, lexicon, among));
      if (answered !== undefined) return answered;
      if (switched !== undefined && followUp.own.trim() === '') return lexicon.book.switched;
      if (
        followUp.topic === '' &&
        followUp.house === undefined &&
        readQuestion(last, { lexicon, stemming, languages: [lexicon.language], weight: 1 }).terms.every(
          (term) => term.role === 'cue',
        )
      ) {
        return lexicon.book.replies.clarify;
      }
      // The bot's own words for this are put in where the mark stands.
      return '[unknown]';
    },
    rewriteQuery: (asTheyCame, language) => {
      const messages = inFull(asTheyCame, language, lexicons);
      const asked = spokenLanguage(contactTexts(messages).at(-1) ?? '', language);
      const { own, topic, leaning, house } = readFollowUp(messages, asked, lexicons);
      // In the words of the documents, whatever language the question is in.
      if (house !== undefined) return searchedForHouse(house, own, lexicons(language), lexicons(asked));
      const lexicon = lexicons(asked);
      const joined = searchText(topic, own, lexicon);
      const among = askedAmong(contactTexts(messages).at(-1) ?? '', lexicon);
      if (among !== undefined) return [joined, ...searchedAmong(among, language, asked)];
      return leaning === 'perhaps' ? [joined, searchText('', own, lexicon)] : joined;
    },
  };
}

/** In the words of the documents, with the days that the question names. */
function searchedForHouse(house: House, own: string, documents: Lexicon, asked: Lexicon): readonly string[] {
  const [first = '', ...others] = documents.book.house[house].searched.split('|');
  const days = house === 'hours' ? daysIn(own, asked) : [];
  return [[first, ...days].join(' '), ...others];
}

/** What people wrote, each message in full words of its own language. */
function inFull(messages: ModelRequest['messages'], language: string, lexicons: Lexicons): ModelRequest['messages'] {
  return messages.map((message) => {
    if (message.role !== 'contact') return message;
    const said = (message.words ?? message.text).slice(0, longestText);
    const words = writtenOut(said, lexicons(spokenLanguage(said, language)).shortForms);
    return { ...message, text: words, words };
  });
}

function smallTalkIn(inSpaces: string, ...candidates: readonly Lexicon[]): SmallTalk | undefined {
  for (const lexicon of candidates) {
    const talk = smallTalkOf(inSpaces, lexicon);
    if (talk !== undefined) return talk;
  }
  return undefined;
}

function reply(talk: SmallTalk, lexicon: Lexicon, request: ModelRequest): string {
  if (talk !== 'greeting') return lexicon.book.replies[talk];
  const greeting = request.texts.greeting.trim();
  const greeted = request.messages.some((message) => message.role === 'bot');
  if (greeted) return lexicon.book.replies.greetingAgain;
  return greeting === '' ? lexicon.book.replies.greeting : greeting;
}

const noQuestion: Question = {
  words: new Set(),
  terms: [],
  topicFrom: Number.POSITIVE_INFINITY,
  type: undefined,
  wants: 'one',
  extreme: undefined,
  asksRange: 'no',
  tellsTrouble: 'no',
  isOpen: false,
  about: undefined,
};

function joinQuestions(own: Question, topic: Question, pointsBack: 'yes' | 'no'): Question {
  const known = new Set(own.terms.flatMap(({ forms }) => forms));
  return {
    words: own.words.size === 0 ? topic.words : own.words,
    topicFrom: pointsBack === 'yes' ? own.terms.length : Number.POSITIVE_INFINITY,
    terms: [...own.terms, ...topic.terms.filter((term) => !term.forms.some((form) => known.has(form)))],
    type: own.type ?? topic.type,
    wants: own.wants,
    extreme: own.extreme,
    asksRange: own.asksRange,
    tellsTrouble: own.tellsTrouble,
    isOpen: own.isOpen,
    about: own.about,
  };
}

/** At most this much of a foreign text is quoted: the reader cannot check it. */
const maxForeignSentences = 2;

function quote(
  chosen: readonly Sentence[],
  options: {
    readonly passages: readonly Passage[];
    readonly lexicon: Lexicon;
    readonly asked: string;
    readonly textOf: (sentence: Sentence) => string;
  },
): string {
  const { passages, lexicon, asked } = options;
  const foreign = passages[chosen[0]?.passage ?? 0]?.language;
  const isForeign =
    foreign !== undefined && primaryTag(foreign) !== lexicon.language && primaryTag(foreign) !== primaryTag(asked);
  const sentences = isForeign ? chosen.slice(0, maxForeignSentences) : chosen;
  const parts: string[] = [];
  if (isForeign) {
    const tag = primaryTag(foreign);
    parts.push(lexicon.book.quoting.replace('{language}', lexicon.book.languageNames[tag] ?? tag));
  }
  let previous: Sentence | undefined;
  for (const sentence of sentences) {
    const document = passages[sentence.passage]?.document;
    const isOther = previous !== undefined && passages[previous.passage]?.document !== document;
    const said = options.textOf(sentence);
    const text = isForeign ? `“${said}”` : ended(said);
    parts.push(`${isOther ? `${lexicon.book.also} ` : ''}${text} [${sentence.passage + 1}]`);
    previous = sentence;
  }
  return parts.join(' ');
}

function ended(text: string): string {
  return /[.!?…:]["'”“»’)\]]*$/u.test(text) ? text : `${text}.`;
}
