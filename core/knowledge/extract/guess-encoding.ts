import { analyse } from 'chardet';

/** Encodings of one byte a letter in which other scripts than the Latin one were written before UTF-8, and their letters. */
const scripts: Readonly<Record<string, readonly [label: string, letters: RegExp]>> = {
  'windows-1251': ['windows-1251', /[\p{Script=Cyrillic}&&\p{L}]/gv],
  'KOI8-R': ['koi8-r', /[\p{Script=Cyrillic}&&\p{L}]/gv],
  'ISO-8859-5': ['iso-8859-5', /[\p{Script=Cyrillic}&&\p{L}]/gv],
  'windows-1253': ['windows-1253', /[\p{Script=Greek}&&\p{L}]/gv],
  'ISO-8859-7': ['windows-1253', /[\p{Script=Greek}&&\p{L}]/gv],
  'windows-1255': ['windows-1255', /[\p{Script=Hebrew}&&\p{L}]/gv],
  'ISO-8859-8': ['windows-1255', /[\p{Script=Hebrew}&&\p{L}]/gv],
  'windows-1256': ['windows-1256', /[\p{Script=Arabic}&&\p{L}]/gv],
  'ISO-8859-6': ['iso-8859-6', /[\p{Script=Arabic}&&\p{L}]/gv],
};
/** So many bytes tell the language of a text. */
const lookedAt = 65_536;
/** Of what is beyond ASCII: the rest are quotation marks, dashes and currency signs. */
const leastShare = 0.8;

/**
 * The encoding of bytes that are no UTF-8, as a label for `TextDecoder`: that of a script other than Latin where the letters are its
 * letters and more speaks for it than for a Latin one; else Windows-1252, in which older office programs write.
 */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, lookedAt);
  for (const { name } of analyse(sample)) {
    // In the order of likelihood.
    if (/^(?:windows-125[0247]|ISO-8859-(?:1|2|9))$/.test(name)) break;
    const [label, letters] = scripts[name] ?? [];
    if (label !== undefined && letters !== undefined && isWrittenIn(new TextDecoder(label).decode(sample), letters))
      return label;
  }
  return 'windows-1252';
}

function isWrittenIn(text: string, letters: RegExp): boolean {
  const beyond = text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
  return beyond > 0 && (text.match(letters)?.length ?? 0) >= leastShare * beyond;
}
