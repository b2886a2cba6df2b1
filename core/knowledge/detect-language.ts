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
/** Shorter texts are guessed wrongly too often. */
const shortest = 60;
const longest = 3000;
const require = createRequire(import.meta.url);
let detectAll: DetectAll | undefined;

/**
 * BCP 47 primary tag of a text. `expected` are the bot's languages, the first of which is told when the text is too short to say.
 */
export function detectLanguage(text: string, expected: readonly string[]): string {
  const sample = text.slice(0, longest);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  for (const [script, language] of scripts) {
    const share = (sample.match(script)?.length ?? 0) / Math.max(letters, 1);
    if (share > 0.5)
      return expected.find((tag) => tag === 'uk' || tag === 'bg') && language === 'ru'
        ? guess(sample, expected)
        : language;
  }
  return letters < shortest ? (expected[0] ?? 'en') : guess(sample, expected);
}

function guess(sample: string, expected: readonly string[]): string {
  // The package is half a megabyte of tables: it loads with the first text.
  detectAll ??= (require('tinyld') as { detectAll: DetectAll }).detectAll;
  const [best] = detectAll(sample, { only: [...new Set([...expected, ...common])] });
  return best?.lang ?? expected[0] ?? 'en';
}
