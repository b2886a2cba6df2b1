/** A letter of these scripts is about a token; of an alphabet three or four make one. */
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const perWideLetter = 3;
/** Below it there is none of them, which is quick to tell. */
const mayBeWide = /[\u1100-\uffff]/;

/** How long a text is to a model: in letters of an alphabet, UTF-16 units. */
export function textWeight(text: string): number {
  if (!mayBeWide.test(text)) return text.length;
  return text.length + (perWideLetter - 1) * (text.match(wide)?.length ?? 0);
}
