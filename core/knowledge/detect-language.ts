import { createRequire } from 'node:module';

type DetectAll = (text: string, options?: { readonly only: string[] }) => readonly { lang: string; accuracy: number }[];

/** Told by their letters alone; the second is what the same letters mostly write. */
const scripts: readonly (readonly [letters: RegExp, language: string])[] = [
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Cyrillic}/gu, 'ru'],
  [/\p{Script=Arabic}/gu, 'ar'],
  [/\p{Script=Greek}/gu, 'el'],
];
/** Always looked for beside the languages of the bot: a German bot may have an English leaflet. */
const common = ['de', 'fr', 'es', 'ru', 'en'];
/**
 * Letters. Shorter texts are guessed wrongly too often among many languages: "Parking costs four euros per hour." passes for French
 * where French is possible. They are told apart only among the languages of the bot.
 */
const shortest = 60;
/** A short text must be this much like its language, and so many times more than like the next. */
const leastLikeness = 0.03;
const clearLead = 2;
const longest = 3000;
const require = createRequire(import.meta.url);
let detectAll: DetectAll | undefined;

/**
 * BCP 47 primary tag of a text; `expected` are the bot's languages. A text that cannot be told is in the only language of its bot,
 * and `undefined` where the bot has several: nobody may claim a language for it.
 */
export function detectLanguage(text: string, expected: readonly string[]): string | undefined {
  const sample = text.slice(0, longest);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  for (const [script, language] of scripts) {
    const share = (sample.match(script)?.length ?? 0) / Math.max(letters, 1);
    if (share > 0.5)
      return expected.find((tag) => tag === 'uk' || tag === 'bg') && language === 'ru'
        ? (likeliest(sample, expected) ?? language)
        : language;
  }
  const languages = [...new Set(expected)];
  const only = languages.length === 1 ? languages[0] : undefined;
  if (only !== undefined) return letters < shortest ? only : (likeliest(sample, languages) ?? only);
  return letters < shortest ? clearest(sample, languages) : likeliest(sample, languages);
}

function likeliest(sample: string, expected: readonly string[]): string | undefined {
  return likenesses(sample, [...new Set([...expected, ...common])])[0]?.lang;
}

function clearest(sample: string, languages: readonly string[]): string | undefined {
  const [best, next] = likenesses(sample, languages);
  if (best === undefined || best.accuracy < leastLikeness) return undefined;
  return best.accuracy >= clearLead * (next?.accuracy ?? 0) ? best.lang : undefined;
}

function likenesses(sample: string, only: readonly string[]): ReturnType<DetectAll> {
  if (only.length === 0) return [];
  // The package is half a megabyte of tables: it loads with the first text.
  detectAll ??= (require('tinyld') as { detectAll: DetectAll }).detectAll;
  return detectAll(sample, { only: [...only] });
}
