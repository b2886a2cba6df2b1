import type { Place } from './source-text.ts';
import type { ScalarNode } from './tree.ts';

/** Where a stretch of a scalar's value stands in the file; the whole scalar where escapes or folding have moved it. */
export function placeInScalar({ value, place }: ScalarNode, start: number, end: number): Place {
  const text = String(value);
  const written = place.source.text.slice(place.start, place.end);
  const direct = written.indexOf(text);
  if (direct !== -1) return stretch(place, place.start + direct + start, end - start);
  if (!/^[|>]/.test(written)) return place;
  return inBlock(place, written, text, { start, end }) ?? place;
}

/** A block of lines: its value has lost the indentation, and `>` has also joined lines, so that only what stands once is certain. */
function inBlock(
  place: Place,
  written: string,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): Place | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const line = text.slice(0, lineStart).split('\n').length;
  const lines = written.split('\n');
  const content = lines[line];
  const indent = content?.search(/\S/) ?? -1;
  const own = text.slice(lineStart).split('\n', 1)[0] ?? '';
  if (content !== undefined && written.startsWith('|') && content.trim() === own.trim()) {
    const offset = lines.slice(0, line).join('\n').length + 1 + indent - own.search(/\S/);
    return stretch(place, place.start + offset + start - lineStart, end - start);
  }
  const wanted = text.slice(start, end);
  const first = written.indexOf(wanted);
  return first === -1 || written.indexOf(wanted, first + 1) !== -1
    ? undefined
    : stretch(place, place.start + first, wanted.length);
}

function stretch({ source }: Place, start: number, length: number): Place {
  return { source, start, end: start + Math.max(1, length) };
}
