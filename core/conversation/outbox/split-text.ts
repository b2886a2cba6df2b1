/** In UTF-16 units; what is made to be longer is cut. */
const longestCharacter = 64;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Pieces of at most `maxLength` UTF-16 units, cut at a paragraph, a sentence or a word where there is one, and never inside what a
 * reader sees as one character, unless that alone is too long.
 */
export function splitText(text: string, maxLength: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const cut = lastBreak(rest.slice(0, maxLength + 1), maxLength) ?? cutBefore(rest, maxLength);
    const piece = rest.slice(0, cut).trimEnd();
    // Blank, no platform takes it, and with it the rest would be given up.
    if (piece !== '') pieces.push(piece);
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest);
  return pieces;
}

/** Behind the last paragraph, sentence or word that ends in the window; undefined where that leaves too little. */
export function lastBreak(window: string, maxLength: number): number | undefined {
  for (const pattern of [/\n\n/g, /\n/g, /[.!?…]["»”')]?\s/g, /\s/g]) {
    const cuts = [...window.matchAll(pattern)].map((match) => match.index + match[0].length);
    const cut = cuts.findLast((end) => end <= maxLength);
    if (cut !== undefined && cut > maxLength / 3) return cut;
  }
  return undefined;
}

/** Between two characters, as a reader sees them. */
export function cutBefore(text: string, maxLength: number): number {
  let cut = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, maxLength + longestCharacter))) {
    if (index + segment.length > maxLength) break;
    cut = index + segment.length;
  }
  if (cut > 0) return cut;
  return isLowSurrogate(text, maxLength) && maxLength > 1 ? maxLength - 1 : maxLength;
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}
