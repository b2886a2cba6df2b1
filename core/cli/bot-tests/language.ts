import { detectAll } from 'tinyld';

/** Languages told apart besides the bot's own: those an answer may slip into by mistake. */
const usual = ['de', 'en', 'fr', 'es', 'ru', 'he'];
const scripts: readonly (readonly [string, RegExp])[] = [
  ['he', /\p{Script=Hebrew}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
];
/** Below this many letters the detection of Latin languages is a guess. */
const fewestLetters = 16;

/** BCP 47 primary tag of a text; undefined where it is too short to tell. */
export function detectLanguage(text: string, candidates: readonly string[]): string | undefined {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return undefined;
  for (const [language, script] of scripts) {
    const cyrillicRival = language === 'ru' && candidates.some((one) => ['uk', 'bg', 'sr'].includes(one));
    if (!cyrillicRival && (text.match(script)?.length ?? 0) > letters / 2) return language;
  }
  if (letters < fewestLetters) return undefined;
  return detectAll(text, { only: [...new Set([...candidates, ...usual])] })[0]?.lang;
}
