import type { Lexicon } from './lexicon.ts';
import { fold, wordsOf } from './words.ts';

/** What a question begins with. */
export interface Asking {
  /** Yes or no would be no answer. */
  readonly isOpen: boolean;
  /** How something is done, or who does it; undefined also where a kind of fact is asked for. */
  readonly about: 'manner' | 'person' | undefined;
}

const nothing: Asking = { isOpen: false, about: undefined };

/** `courtesies` are words that do not count, folded. */
export function askingOf(text: string, lexicon: Lexicon, isCounted: (folded: string) => boolean = () => true): Asking {
  const words = wordsOf(text)
    .map(({ lower }) => fold(lower))
    .filter(isCounted);
  const { open, before } = lexicon.asking;
  const isAsking = (word: string) =>
    open.has(word) || (lexicon.language === 'he' && /^ו/u.test(word) && open.has(word.slice(1)));
  const start = words.findIndex((word) => isAsking(word) || !before.has(word));
  if (start === -1 || !isAsking(words[start] ?? '')) return nothing;
  const asked = ` ${words.slice(start).join(' ')} `;
  const { manner, person } = lexicon.book.asking;
  return { isOpen: true, about: manner.test(asked) ? 'manner' : person.test(asked) ? 'person' : undefined };
}

/** A heading that is answered by yes or no. */
export function asksYesOrNo(heading: string, { isOpen }: Asking): boolean {
  return !isOpen && /[?？]\s*$/u.test(heading);
}

/** What is left must say something by itself. */
const fewestWords = 4;

/** "No, payment is due in cash." answers "Can I pay later?"; of "How do I pay?" only what follows the no is an answer. */
export function withoutYesNo(text: string, lexicon: Lexicon): string {
  const rest = text.replace(lexicon.book.yesNo, '');
  if (rest === text || wordsOf(rest).length < fewestWords) return text;
  return rest.charAt(0).toLocaleUpperCase(lexicon.language) + rest.slice(1);
}
