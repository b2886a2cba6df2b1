import { createRequire } from 'node:module';
import type { ResolvedBot } from '../../contract/index.ts';

type DetectAll = (text: string, options: { only: string[] }) => { lang: string; accuracy: number }[];

const require = createRequire(import.meta.url);
let detectAll: DetectAll | undefined;

/** Languages that alone among the usual ones are written so: one word tells. */
const scripts: readonly { readonly pattern: RegExp; readonly languages: readonly string[] }[] = [
  { pattern: /\p{Script=Hebrew}/u, languages: ['he', 'yi'] },
  { pattern: /\p{Script=Cyrillic}/u, languages: ['ru', 'uk', 'bg', 'sr', 'be', 'mk', 'kk'] },
  { pattern: /\p{Script=Arabic}/u, languages: ['ar', 'fa', 'ur'] },
  { pattern: /\p{Script=Greek}/u, languages: ['el'] },
  { pattern: /\p{Script=Hangul}/u, languages: ['ko'] },
  { pattern: /\p{Script=Hiragana}|\p{Script=Katakana}/u, languages: ['ja'] },
  { pattern: /\p{Script=Han}/u, languages: ['zh', 'ja'] },
  { pattern: /\p{Script=Thai}/u, languages: ['th'] },
  { pattern: /\p{Script=Devanagari}/u, languages: ['hi', 'mr'] },
];

/** Below this, a guess by letters is a coin toss; the conversation's language is the better guess. */
const minLetters = 8;
/** A guess this sure holds for any text, `Good morning` too. */
const minAccuracy = 0.25;
/**
 * A less sure one holds for a sentence that is at least this much like its language, and so many times more than like the next. Everyday
 * questions are mostly from 0.095 on, and rows of three names up to 0.083: a conversation must not change its language for a name.
 */
const leastLikeness = 0.09;
const clearLead = 1.5;
/** Words of a sentence, less its numbers. Unless it asks, so many of them begin with a small letter, as those of few names do. */
const fewestWords = 3;
const fewestSmallWords = 2;
/** Looked for beside the languages of the bot: a question in another language is like none of them. */
const common = ['de', 'en', 'es', 'fr', 'it'];

/**
 * The language to answer in: the text's own where the bot detects and supports it; else the conversation's so far, the
 * platform's locale, the bot's default, in this order.
 */
export function languageOf(
  text: string,
  languages: ResolvedBot['languages'],
  known: { readonly conversation?: string | undefined; readonly locale?: string | undefined },
): string {
  return (languages.detect ? detected(text, languages.supported) : undefined) ?? settled(languages, known);
}

function settled(
  languages: ResolvedBot['languages'],
  known: { readonly conversation?: string | undefined; readonly locale?: string | undefined },
): string {
  for (const candidate of [known.conversation, known.locale?.split(/[-_]/)[0]?.toLowerCase()]) {
    if (candidate !== undefined && languages.supported.includes(candidate)) return candidate;
  }
  return languages.default;
}

function detected(text: string, supported: readonly string[]): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (supported.length < 2 || letters === 0) return undefined;
  for (const { pattern, languages } of scripts) {
    if (!pattern.test(text)) continue;
    const written = supported.filter((language) => languages.includes(language));
    if (written.length === 1) return written[0];
  }
  if (letters < minLetters || !/\s/.test(text.trim())) return undefined;
  const sample = text.slice(0, 500);
  const [best, next] = likenesses(sample, supported);
  if (best === undefined || best.accuracy >= minAccuracy) return best?.lang;
  const clear = best.accuracy >= leastLikeness && best.accuracy >= clearLead * (next?.accuracy ?? 0);
  if (!clear || !isSentence(sample)) return undefined;
  return likenesses(sample, [...new Set([...supported, ...common])])[0]?.lang === best.lang ? best.lang : undefined;
}

/** `Was kostet der Versand` and not `Anna Maria Schmidt`, `Main Street 12, London`, `nike air max 90`. */
function isSentence(text: string): boolean {
  const words = text.split(/\s+/);
  const numbers = words.filter((word) => /\p{N}/u.test(word)).length;
  const written = words.filter((word) => /\p{L}/u.test(word) && !/[\p{N}@]/u.test(word));
  const small = written.filter((word) => /^\P{L}*\p{Ll}/u.test(word));
  const reads = small.length >= fewestSmallWords || /¿|[?](?:\s|$)/.test(text);
  return reads && written.length - numbers >= fewestWords;
}

function likenesses(sample: string, only: readonly string[]): ReturnType<DetectAll> {
  // Half a megabyte of tables, at the first text and not at the start.
  detectAll ??= (require('tinyld') as { detectAll: DetectAll }).detectAll;
  return detectAll(sample, { only: [...only] });
}
