import { fold } from './words.ts';

/** Short forms and what they stand for. */
export type ShortForms = ReadonlyMap<string, string>;

/** Of pairs between `|`, as in `whats=what is|u=you`. */
export function shortFormsIn(list: string): ShortForms {
  return new Map(
    list.split('|').map((pair) => {
      const [short = '', long = ''] = pair.split('=');
      return [fold(short), long] as const;
    }),
  );
}

const word = /[\p{L}\p{M}]+/gu;

/** "gibts", "whats" and "q" as they would be written in full; other words stay as they are. */
export function writtenOut(text: string, shortForms: ShortForms): string {
  return text.replace(word, (typed) => shortForms.get(fold(typed)) ?? typed);
}
