/**
 * Letters a part. XQuAD by these vectors alone, 512 dimensions, hit at 1 (en/de/es): stems with 4-letter parts .78/.69/.73,
 * 5-letter parts alone .78/.74/.76. Parts need no stemmer, hence no language, and find the halves of compounds.
 */
const partLength = 5;
/** Hebrew and Arabic leave most vowels out: the same meaning takes fewer letters. */
const shortPartLength = 3;
const shortScript = /[\u0590-\u06ff]/;

/** Marked word parts of a text, with repetitions; case, accents and Hebrew points are gone. */
export function wordParts(text: string): readonly string[] {
  const folded = text.toLowerCase().replaceAll('ß', 'ss').normalize('NFKD').replace(/\p{M}/gu, '');
  const parts: string[] = [];
  for (const word of folded.match(/[\p{L}\p{N}]+/gu) ?? []) {
    const marked = `_${word}_`;
    const length = shortScript.test(word) ? shortPartLength : partLength;
    if (marked.length <= length) parts.push(marked);
    for (let at = 0; at + length <= marked.length && marked.length > length; at += 1)
      parts.push(marked.slice(at, at + length));
  }
  return parts;
}
