import type { Lexicon } from './lexicon.ts';
import { fold, type Word } from './words.ts';

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
