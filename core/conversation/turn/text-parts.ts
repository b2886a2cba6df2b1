/** Letters of a part of a word. */
const partLength = 4;
/** Hebrew and Arabic write few vowels. */
const shortPartLength = 3;
const shortScript = /[\u0590-\u06ff]/;
/** A longer word says no more. */
const fullLength = 8;
const ofNumber = { long: 1, short: 0.5 };

/**
 * What a text is compared by, and how much each says: numbers, and the parts of its words, so that endings, prefixes and compounds do
 * not matter in any of the languages. Short words say little.
 */
export function partsOf(text: string): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  const folded = text.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss').replace(/\p{M}/gu, '');
  for (const word of folded.match(/\p{L}+|\p{N}+/gu) ?? []) {
    if (/^\p{N}/u.test(word)) {
      parts.set(word, word.length > 1 ? ofNumber.long : ofNumber.short);
      continue;
    }
    const isShort = shortScript.test(word);
    const length = isShort ? shortPartLength : partLength;
    const marked = `_${word}_`;
    const places = Math.max(1, marked.length - length + 1);
    const letters = Math.min(fullLength, word.length + (isShort ? 1 : 0));
    const weight = (letters / fullLength) ** 2 / places;
    for (let at = 0; at < places; at += 1) {
      const part = marked.slice(at, at + length);
      parts.set(part, Math.max(weight, parts.get(part) ?? 0));
    }
  }
  return parts;
}
