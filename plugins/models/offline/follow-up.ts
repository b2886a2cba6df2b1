import type { ModelMessage } from 'polyphon/plugin';
import { asksHouse, contentWords, isNumber, type Leaning, leaningOf, pointsBack } from './leaning.ts';
import { askedLanguage, type Lexicon, type Lexicons } from './lexicon.ts';
import type { House } from './phrases/phrasebook.ts';
import { extremeOf, isContent, isCueWord, typeOf, withoutCourtesies, withoutSuperlatives } from './question.ts';
import { joinSeparated } from './separable-verbs.ts';
import { smallTalkOf } from './small-talk.ts';
import { namesAnother, topicOf, withoutReplaced } from './topic.ts';
import { withoutInfinitives } from './verb.ts';
import { fold, spaced, type Word, wordsOf } from './words.ts';

export interface FollowUp {
  /** What the last message says itself. */
  readonly own: string;
  /** Words of earlier questions that it continues; empty when it stands on its own. */
  readonly topic: string;
  /** `no` when there is no topic. */
  readonly leaning: Leaning;
  /** It says "it" or "there": an answer must be about the topic, and not only about its own words. */
  readonly pointsBack: 'yes' | 'no';
  /** What it wants to know of the house, where that is all. */
  readonly house: House | undefined;
}

const maxTopicWords = 8;

export function readFollowUp(messages: readonly ModelMessage[], language: string, lexicons: Lexicons): FollowUp {
  const contact = contactTexts(messages);
  const lexicon = lexicons(language);
  const written = contact.at(-1) ?? '';
  const last = latestOf(written, lexicon);
  const earlier = contact.slice(0, -1);
  const switched = askedLanguage(spaced(last));
  if (switched !== undefined) {
    const own = surfaces(contentWords(wordsOf(switched.rest), lexicons(switched.language)));
    if (own === '')
      return { own, pointsBack: 'no', leaning: 'yes', topic: lastAsked(earlier, lexicon), house: undefined };
    return leaning(own, earlier, lexicon);
  }
  const house = asksHouse(written, lexicon) ?? asksHouseAtFirst(written, earlier, lexicon);
  if (house !== undefined) return { own: last, topic: '', leaning: 'no', pointsBack: 'no', house };
  const followUp = leaning(last, earlier, lexicon);
  return followUp.leaning === 'no' ? { ...followUp, own: withoutFrame(last, lexicon) } : followUp;
}

/** "Where is it?" and "Opening hours?" are about the house where nothing was spoken of yet. */
function asksHouseAtFirst(written: string, earlier: readonly string[], lexicon: Lexicon): House | undefined {
  const house = asksHouse(written, lexicon, 'nothing');
  return house === undefined || topicOf(earlier, lexicon) !== undefined ? undefined : house;
}

function leaning(own: string, earlier: readonly string[], lexicon: Lexicon): FollowUp {
  const standing: FollowUp = { own, topic: '', leaning: 'no', pointsBack: 'no', house: undefined };
  const leans = leaningOf(own, lexicon);
  if (leans === 'no') return standing;
  const topic = topicOf(
    earlier.filter((text) => scriptOf(text) === scriptOf(own)),
    lexicon,
  );
  if (topic === undefined) return standing;
  const words = wordsOf(own);
  const back = pointsBack(words, lexicon);
  const type = typeOf(own, lexicon);
  const isAnother = back === 'no' && type === undefined && namesAnother(own, lexicon);
  const named = contentWords(words, lexicon).some((word) => !isCueWord(word, type, lexicon));
  const hasNumber = words.some(isNumber);
  const kept =
    isAnother && named
      ? contentWords(withoutReplaced(topic.question, words, lexicon), lexicon)
      : topic.thing.filter((word, index, all) => !(hasNumber && (isNumber(word) || isNumber(all[index + 1]))));
  if (kept.length === 0) return standing;
  return { own, pointsBack: back, leaning: leans, topic: surfaces(kept.slice(0, maxTopicWords)), house: undefined };
}

/** After a change of language the earlier question is in the other one: words without a topic are taken out there too. */
function lastAsked(earlier: readonly string[], lexicon: Lexicon): string {
  const asked = earlier.findLast(
    (text) => smallTalkOf(spaced(text), lexicon) === undefined && wordsOf(text).length > 0,
  );
  return surfaces(wordsOf(asked ?? '').slice(0, 2 * maxTopicWords));
}

function surfaces(words: readonly Word[]): string {
  return words.map(({ surface }) => surface).join(' ');
}

function latestOf(written: string, lexicon: Lexicon): string {
  const place = lexicon.book.house.place.told.split('|')[0] ?? '';
  if (asksHouse(written, lexicon) === 'place') return `${written} ${place}`;
  return lexicon.language === 'de' ? joinSeparated(written) : written;
}

/** What the knowledge is searched with: small words only blur it. A question of small words alone stays as it is. */
export function searchText(topic: string, own: string, lexicon: Lexicon): string {
  // Whole tokens, so that "E104" and "SW-11" stay as they are written.
  const tokens = withoutInfinitives(withoutSuperlatives(own, lexicon), lexicon)
    .split(/\s+/)
    .map((token) => token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''));
  const content = tokens
    .filter(
      (token, index) =>
        contentWords(wordsOf(`${tokens[index - 1] ?? ''} ${token}`), lexicon).length >
        contentWords(wordsOf(tokens[index - 1] ?? ''), lexicon).length,
    )
    .join(' ');
  // "The TV does not work" is answered where it says what to do.
  const isTrouble = typeOf(own, lexicon) === undefined && spaced(own).search(lexicon.trouble.said) !== -1;
  const remedy = isTrouble ? lexicon.book.trouble.remedy.split('|')[0] : '';
  const priced = extremeOf(own, lexicon) === undefined ? '' : lexicon.book.priced;
  return [topic, content === '' ? own : content, remedy, priced].filter((part) => part !== '').join(' ');
}

/** A question inside courtesies ("Hello, I wanted to ask …, thank you") without them; any other as it stands. */
function withoutFrame(text: string, lexicon: Lexicon): string {
  const said = withoutCourtesies(text, lexicon);
  const words = wordsOf(text);
  if (words.every((word) => said.has(fold(word.lower)))) return text;
  const kept = words.filter((word) => said.has(fold(word.lower)) && (isNumber(word) || isContent(word, lexicon)));
  return kept.length === 0 ? text : kept.map(({ surface }) => surface).join(' ');
}

/** Words of another script are those of another conversation: the documents in this one do not have them. */
function scriptOf(text: string): 'hebrew' | 'cyrillic' | 'other' {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const [hebrew, cyrillic] = [count(/\p{Script=Hebrew}/gu), count(/\p{Script=Cyrillic}/gu)];
  if (hebrew + cyrillic === 0) return 'other';
  return hebrew > cyrillic ? 'hebrew' : 'cyrillic';
}

/** In UTF-16 units; whoever writes more has said what it is about by then. */
export const longestText = 2_000;

/**
 * What the person wrote, oldest first. A picture, a sticker or a "🙏" behind the question it came with does not stand in for the
 * question; alone it is what was said.
 */
export function contactTexts(messages: readonly ModelMessage[]): readonly string[] {
  const texts: string[] = [];
  let asks = false;
  for (const message of messages) {
    if (message.role === 'contact') {
      const text = (message.words ?? message.text).slice(0, longestText);
      if (!asks || /[\p{L}\p{N}]/u.test(text)) texts.push(text);
      asks = true;
    } else if (message.role !== 'tool') asks = false;
  }
  return texts;
}
