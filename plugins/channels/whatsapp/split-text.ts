/** Graphemes, so that neither an emoji of many parts nor a letter with its marks is cut. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text, at most so many UTF-16 units of it; an ellipsis stands for what is missing. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, lastGrapheme(text, maxLength - 1)).trimEnd()}…`;
}

/** Pieces of at most `maxLength` UTF-16 units, cut at a paragraph, a sentence or a word where there is one. */
export function splitText(text: string, maxLength: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const cut = lastBreak(rest.slice(0, maxLength + 1), maxLength) ?? lastGrapheme(rest, maxLength);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

function lastBreak(window: string, maxLength: number): number | undefined {
  for (const pattern of [/\n\n/g, /\n/g, /[.!?…]["»”')]?\s/g, /\s/g]) {
    const cuts = [...window.matchAll(pattern)].map((match) => match.index + match[0].length);
    const cut = cuts.findLast((end) => end <= maxLength);
    if (cut !== undefined && cut > maxLength / 3) return cut;
  }
  return undefined;
}

/** The end of the last grapheme that is whole within the limit; the limit itself where one is longer than that. */
function lastGrapheme(text: string, maxLength: number): number {
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, maxLength + 64))) {
    if (index + segment.length > maxLength) break;
    end = index + segment.length;
  }
  return end === 0 ? maxLength : end;
}
