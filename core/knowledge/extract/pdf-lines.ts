/** One line of a page as it is printed. */
export interface PdfLine {
  readonly text: string;
  /** From the bottom of the page, in points. */
  readonly y: number;
  /** Of the letters that make most of it, in points. */
  readonly height: number;
  /** How it follows the line before it. */
  readonly start: 'line' | 'paragraph';
}

export interface PdfPage {
  /** 1 for the first. */
  readonly number: number;
  /** Where it begins and ends, in points. */
  readonly bottom: number;
  readonly top: number;
  readonly lines: readonly PdfLine[];
}

/** What is used of the pieces a page's text comes in. */
export interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  /** The last two are the place on the page. */
  readonly transform: readonly number[];
  readonly height: number;
}

/** Farther apart, in heights of their letters, lines belong to two paragraphs. */
const paragraphGap = 1.7;
const smallestHeight = 6;

/** Lines in the order of the file; empty ones are left out. */
export function linesOf(items: readonly TextItem[]): readonly PdfLine[] {
  const lines: PdfLine[] = [];
  let open: TextItem[] = [];
  let start: PdfLine['start'] = 'line';
  let last: TextItem | undefined;
  const close = (): void => {
    const text = open.map(({ str }) => str).join('');
    if (text.trim() !== '') {
      const { transform, height } = mostOf(open);
      lines.push({ text: text.trimEnd(), y: transform[5] ?? 0, height, start });
      start = 'line';
    }
    open = [];
  };
  for (const item of items) {
    const y = item.transform[5] ?? 0;
    const lastY = last?.transform[5] ?? y;
    if (last !== undefined && Math.abs(lastY - y) > paragraphGap * Math.max(item.height, last.height, smallestHeight)) {
      close();
      start = 'paragraph';
    }
    open.push(item);
    if (item.hasEOL) close();
    if (item.str.trim() !== '') last = item;
  }
  close();
  return lines;
}

/** The piece whose height most letters of the line have: an initial may be larger. */
function mostOf(items: readonly TextItem[]): TextItem {
  const height = sizeOfMost(items.map((item) => [item.height, item.str.trim().length]));
  return items.find((item) => item.height === height && item.str.trim() !== '') as TextItem;
}

/** In half points: the same size differs a little by how a program writes it. */
export function sizeOf({ height }: PdfLine): number {
  return Math.round(height * 2) / 2;
}

/** The size that most letters have. */
export function bodySize(lines: readonly PdfLine[]): number {
  return sizeOfMost(lines.map((line) => [sizeOf(line), line.text.length]));
}

function sizeOfMost(parts: readonly (readonly [size: number, letters: number])[]): number {
  const letters = new Map<number, number>();
  for (const [size, count] of parts) letters.set(size, (letters.get(size) ?? 0) + count);
  return [...letters].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
}

/** A word that is parted at the end of a line is one; a paragraph ends where lines lie apart, unless the sentence goes on. */
export function joinLines(lines: readonly PdfLine[]): string {
  let text = '';
  for (const line of lines) {
    const goesOn = /^\s*\p{Ll}/u.test(line.text) && !/[.!?:;…]\s*$/u.test(text);
    text += text === '' ? line.text : `${line.start === 'paragraph' && !goesOn ? '\n\n' : '\n'}${line.text}`;
  }
  return text.replace(/(\p{Ll})[-\u00ad]\n(?=\p{Ll})/gu, '$1');
}
