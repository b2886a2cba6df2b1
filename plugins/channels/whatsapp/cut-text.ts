/** Graphemes, so that neither an emoji of many parts nor a letter with its marks is cut. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text, at most so many UTF-16 units of it; an ellipsis stands for what is missing. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = graphemes.segment(text).containing(maxLength - 1)?.index ?? 0;
  // One character longer than the limit: a pile of combining marks.
  const kept = end === 0 ? text.slice(0, maxLength - 1).toWellFormed() : text.slice(0, end);
  return `${kept.trimEnd()}…`;
}
