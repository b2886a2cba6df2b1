import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Aligned columns, two spaces apart, without rules; the last column is not padded. Cells may hold colours. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  title: (text: string) => string,
): string {
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_, i) => Math.max(...[titles, ...rows].map((row) => width(row[i] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? 'left', i === columns.length - 1))
      .join('  ')
      .trimEnd();
  return [line(titles.map(title)), ...rows.map(line)].join('\n');
}

function pad(cell: string, to: number, align: 'left' | 'right', isLast: boolean): string {
  const missing = ' '.repeat(Math.max(0, to - width(cell)));
  if (align === 'right') return missing + cell;
  return isLast ? cell : cell + missing;
}

const graphemes = new Intl.Segmenter();

/** Characters as a reader counts them. Wide East Asian ones count as one: no bot of ours has them in a table. */
export function width(text: string): number {
  let letters = 0;
  for (const _ of graphemes.segment(stripVTControlCharacters(text))) letters += 1;
  return letters;
}
