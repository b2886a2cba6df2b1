import { textsTags } from './texts.ts';

export type Direction = 'ltr' | 'rtl';

export interface Language {
  /** BCP 47: the bot speaks it. */
  readonly tag: string;
  readonly direction: Direction;
  /** Of the panel's own texts: English for a language that it has no words for. */
  readonly textsTag: string;
}

const rightToLeft: ReadonlySet<string> = new Set('ar fa he iw ps sd ug ur yi'.split(' '));

/** The first wish that the bot speaks, else its default. `de-AT` is served by `de`, and `de` by `de-AT`. */
export function chooseLanguage(wishes: readonly string[], supported: readonly string[], fallback: string): Language {
  const tag =
    wishes
      .map(
        (wish) => supported.find((tag) => same(tag, wish)) ?? supported.find((tag) => primary(tag) === primary(wish)),
      )
      .find((found) => found !== undefined) ?? fallback;
  const spoken = primary(tag);
  const words = spoken === 'iw' ? 'he' : spoken;
  return {
    tag,
    direction: rightToLeft.has(spoken) ? 'rtl' : 'ltr',
    textsTag: textsTags.includes(words) ? words : 'en',
  };
}

/** The text for a language: its own, its family's, the bot's default, or any. */
export function inLanguage(map: Readonly<Record<string, string>>, tag: string, fallback: string): string {
  const family = Object.keys(map).find((key) => primary(key) === primary(tag));
  return map[tag] ?? (family === undefined ? undefined : map[family]) ?? map[fallback] ?? Object.values(map)[0] ?? '';
}

function primary(tag: string): string {
  return tag.toLowerCase().split(/[-_]/)[0] ?? '';
}

function same(a: string, b: string): boolean {
  return a.toLowerCase().replaceAll('_', '-') === b.toLowerCase().replaceAll('_', '-');
}
