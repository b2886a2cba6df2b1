import type { ModelMessage } from 'polyphon/plugin';
import { askedLanguage, type Lexicon, type Lexicons } from './lexicon.ts';
import { isContent, isCueWord, isVariant, typeOf, withoutCourtesies, withoutSuperlatives } from './question.ts';
import { joinSeparated } from './separable-verbs.ts';
import { smallTalkOf } from './small-talk.ts';
import { fold, spaced, type Word, wordsOf } from './words.ts';

export interface FollowUp {
  /** What the last message says itself. */
  readonly own: string;
  /** Words of earlier questions that it continues; empty when it stands on its own. */
  readonly topic: string;
  /** It says "it" or "there": an answer must be about the topic, and not only about its own words. */
  readonly pointsBack: 'yes' | 'no';
}

const maxTopicWords = 8;
/** A question with this many words of its own needs no other. */
const selfContained = 3;
const maxEllipticalWords = 9;
/** "And for children?" */
const maxNamingWords = 3;

export function readFollowUp(messages: readonly ModelMessage[], language: string, lexicons: Lexicons): FollowUp {
  const contact = contactTexts(messages);
  const lexicon = lexicons(language);
  const last = latestOf(contact, lexicon);
  const switched = askedLanguage(spaced(last));
  const own =
    switched === undefined
      ? last
      : contentWords(switched.rest, lexicons(switched.language))
          .map(({ surface }) => surface)
          .join(' ');
  const isSwitch = switched !== undefined && own === '';
  if (!isSwitch && !isElliptical(last, lexicon))
    return { own: withoutFrame(last, lexicon), topic: '', pointsBack: 'no' };
  const ownWords = contentWords(own, lexicon);
  const asksKind = typeOf(own, lexicon) !== undefined;
  const pointsBack = wordsOf(own).some((_, index, words) => isPronoun(words, index, lexicon));
  const hasNumber = ownWords.some(isNumber);
  const namesOnly = hasNumber || wordsOf(own).length <= maxNamingWords;
  for (const earlier of contact.slice(0, -1).toReversed().slice(0, 6)) {
    if (smallTalkOf(spaced(earlier), lexicon) !== undefined) continue;
    if (!isSwitch && scriptOf(earlier) !== scriptOf(last)) continue;
    // After a change of language the earlier question is in the other one: words without a topic are taken out there too.
    const words = isSwitch ? wordsOf(earlier) : contentWords(earlier, lexicon);
    const kept = words.filter((word, index) => {
      // "And the SW-22?" asks the same of another thing; "And must I register it?" asks another of the same.
      if ((asksKind || pointsBack || !namesOnly) && isCueWord(word, lexicon)) return false;
      return !(hasNumber && (isNumber(word) || isNumber(words[index + 1])));
    });
    if (
      !isSwitch &&
      (kept.every((word) => isCueWord(word, lexicon)) || (isElliptical(earlier, lexicon) && kept.length < 2))
    )
      continue;
    if (kept.length === 0) continue;
    const limit = isSwitch ? 2 * maxTopicWords : maxTopicWords;
    return {
      own,
      pointsBack: pointsBack ? 'yes' : 'no',
      topic: kept
        .slice(0, limit)
        .map(({ surface }) => surface)
        .join(' '),
    };
  }
  return { own, topic: '', pointsBack: 'no' };
}

function latestOf(contact: readonly string[], lexicon: Lexicon): string {
  const written = contact.at(-1) ?? '';
  return lexicon.language === 'de' ? joinSeparated(written) : written;
}

/** What the knowledge is searched with: small words only blur it. A question of small words alone stays as it is. */
export function searchText(topic: string, own: string, lexicon: Lexicon): string {
  // Whole tokens, so that "E104" and "SW-11" stay as they are written.
  const tokens = withoutSuperlatives(own, lexicon)
    .split(/\s+/)
    .map((token) => token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''));
  const content = tokens
    .filter(
      (token, index) =>
        contentWords(`${tokens[index - 1] ?? ''} ${token}`, lexicon).length >
        contentWords(tokens[index - 1] ?? '', lexicon).length,
    )
    .join(' ');
  // "The TV does not work" is answered where it says what to do.
  const remedy = spaced(own).search(lexicon.trouble.said) === -1 ? '' : lexicon.book.trouble.remedy.split('|')[0];
  return `${topic} ${content === '' ? own : content} ${remedy}`.trim();
}

/** A question inside courtesies ("Hello, I wanted to ask …, thank you") without them; any other as it stands. */
function withoutFrame(text: string, lexicon: Lexicon): string {
  const said = withoutCourtesies(text, lexicon);
  const words = wordsOf(text);
  if (words.every((word) => said.has(fold(word.lower)))) return text;
  const kept = words.filter((word) => said.has(fold(word.lower)) && (isNumber(word) || isContent(word, lexicon)));
  return kept.length === 0 ? text : kept.map(({ surface }) => surface).join(' ');
}

/** Short, and leaning on what was said before: it begins with "and", points with a pronoun, or names no topic of its own. */
export function isElliptical(text: string, lexicon: Lexicon): boolean {
  const words = wordsOf(text);
  const named = contentWords(text, lexicon).filter((word) => !isCueWord(word, lexicon));
  // "SW-22" is a name without the thing it belongs to.
  const content = named.filter((word, index) => !isNumber(word) && !isNumber(named[index + 1]));
  if (content.length === 0) return named.length === 0 || words.length <= maxNamingWords + 1;
  if (words.length > maxEllipticalWords) return false;
  const opened =
    lexicon.openers.test(spaced(text)) ||
    (lexicon.language === 'he' && /^\s*ו(ה|מ|כ|א|ל|ב)/u.test(text) && content.length <= 1);
  if (opened && content.length < 2) return true;
  return content.length < selfContained && words.some((_, index) => isPronoun(words, index, lexicon));
}

function isPronoun(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const word = words[index];
  if (word === undefined || !lexicon.pronouns.has(fold(word.lower))) return false;
  // "das Solarpaket" is no "das".
  const next = words[index + 1];
  if (next !== undefined && lexicon.determiners.has(fold(word.lower)) && (isNumber(next) || isContent(next, lexicon)))
    return false;
  // The polite "Sie" and "Ihnen" in mid-sentence address the bot.
  return !(lexicon.language === 'de' && index > 0 && /^\p{Lu}/u.test(word.surface));
}

function contentWords(text: string, lexicon: Lexicon): readonly Word[] {
  return wordsOf(text).filter(
    (word, index, words) => isNumber(word) || isContent(word, lexicon) || isVariant(words, index, lexicon),
  );
}

/** Words of another script are those of another conversation: the documents in this one do not have them. */
function scriptOf(text: string): 'hebrew' | 'cyrillic' | 'other' {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const [hebrew, cyrillic] = [count(/\p{Script=Hebrew}/gu), count(/\p{Script=Cyrillic}/gu)];
  if (hebrew + cyrillic === 0) return 'other';
  return hebrew > cyrillic ? 'hebrew' : 'cyrillic';
}

/** In UTF-16 units; whoever writes more has said what it is about by then. */
const longestText = 2_000;

/** What the person wrote, oldest first. */
export function contactTexts(messages: readonly ModelMessage[]): readonly string[] {
  return messages.flatMap((message) => (message.role === 'contact' ? [message.text.slice(0, longestText)] : []));
}

function isNumber(word: Word | undefined): boolean {
  return word !== undefined && /\d/.test(word.lower);
}
