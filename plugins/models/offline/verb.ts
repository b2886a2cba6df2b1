import { groupsOf } from './class-membership.ts';
import type { Lexicon } from './lexicon.ts';
import { fold, type Word, wordsOf } from './words.ts';

/**
 * Whether a word looks like a verb: documents say it in many other words ("fetch", "collect", "pick up"), where a thing mostly has its
 * name. In German it has no capital, where anything has one.
 */
export function isVerb(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const word = words[index];
  if (word === undefined || /\d/.test(word.lower)) return false;
  const hasCapital = /^\p{Lu}/u.test(word.surface);
  if (lexicon.language === 'de') {
    const isMixed = words.some(({ surface }, at) => at > 0 && /^\p{Lu}/u.test(surface));
    return isMixed && !hasCapital && lexicon.book.verbs.ending.test(word.lower);
  }
  if (hasCapital && index > 0) return false;
  if (lexicon.language === 'he' && !word.lower.startsWith('ל')) return false;
  const before = words[index - 1];
  return (
    lexicon.book.verbs.ending.test(word.lower) || (before !== undefined && lexicon.beforeVerbs.has(fold(before.lower)))
  );
}

/** Hebrew takes its "to" for a letter before a noun, and would find that noun. */
export function formsOfVerb(forms: readonly string[], { language }: Lexicon): readonly string[] {
  return language === 'he' ? forms.slice(0, 1) : forms;
}

/**
 * The other words for what is to be done, in place of Hebrew infinitives: a search takes the "to" off their beginning, and what is left
 * may be another word. Other languages stay as they are.
 */
export function withoutInfinitives(text: string, lexicon: Lexicon): string {
  if (lexicon.language !== 'he') return text;
  const words = wordsOf(text);
  return words.reduce((rest, word, index) => {
    if (!isVerb(words, index, lexicon)) return rest;
    const others = groupsOf(word.lower, [word.lower], lexicon).flatMap((group) =>
      (lexicon.classes[group] ?? '').split(' ').filter((other) => !other.startsWith('ל')),
    );
    return others.length === 0 ? rest : rest.replace(word.surface, others.join(' '));
  }, text);
}
