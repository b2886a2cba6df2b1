import type { Block } from './block.ts';
import { bodySize, joinLines, type PdfLine, type PdfPage, sizeOf } from './pdf-lines.ts';
import { blocksOfText } from './plain-text.ts';
import { withoutRunningLines } from './running-lines.ts';

/** A line in letters so much larger than the text's is a heading. */
const headingFrom = 1.15;
const longestHeading = 150;
/** Where more of the letters would be headings, sizes are decoration, as on a poster. */
const mostHeadings = 0.3;
const deepest = 6;

/** What the sizes and places of lines tell: headings, paragraphs, and what only stands on every page. */
export function layOut(all: readonly PdfPage[]): readonly Block[] {
  const pages = withoutRunningLines(all);
  const levels = headingLevels(pages.flatMap(({ lines }) => lines));
  return pages.flatMap(({ number, lines }): readonly Block[] => {
    const blocks = parts(lines, levels).flatMap((part) => blocksOf(part, levels));
    return blocks.length === 0 ? [] : [{ kind: 'page', page: number }, ...blocks];
  });
}

/** A level for each size of headings; none where the text tells no headings. */
function headingLevels(lines: readonly PdfLine[]): ReadonlyMap<number, number> {
  const body = bodySize(lines);
  const large = lines.filter((line) => sizeOf(line) >= headingFrom * body && isShort(line.text));
  const share = sum(large) / Math.max(1, sum(lines));
  if (share > mostHeadings) return new Map();
  const sizes = [...new Set(large.map(sizeOf))].sort((a, b) => b - a);
  return new Map(sizes.map((size, index) => [size, Math.min(deepest, index + 1)]));
}

/** Lines of one kind that follow each other: those of a heading close together and in one size. */
function parts(lines: readonly PdfLine[], levels: ReadonlyMap<number, number>): readonly (readonly PdfLine[])[] {
  const found: PdfLine[][] = [];
  const levelOf = (line: PdfLine) => (isShort(line.text) ? levels.get(sizeOf(line)) : undefined);
  for (const line of lines) {
    const open = found.at(-1);
    const level = levelOf(line);
    const before = open?.[0];
    const joins = before !== undefined && levelOf(before) === level && (level === undefined || line.start === 'line');
    if (joins) open?.push(line);
    else found.push([line]);
  }
  return found;
}

function blocksOf(part: readonly PdfLine[], levels: ReadonlyMap<number, number>): readonly Block[] {
  const [first] = part;
  const text = joinLines(part);
  const level = first === undefined || !isShort(text) ? undefined : levels.get(sizeOf(first));
  if (level === undefined) return blocksOfText(text);
  return [{ kind: 'heading', level, text: text.replace(/\s+/g, ' ').trim() }];
}

function isShort(text: string): boolean {
  return text.length <= longestHeading && /\p{L}/u.test(text);
}

function sum(lines: readonly PdfLine[]): number {
  return lines.reduce((letters, { text }) => letters + text.length, 0);
}
