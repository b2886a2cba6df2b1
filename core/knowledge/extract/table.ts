import { parse } from 'csv-parse/sync';
import { PolyphonError } from '../../contract/index.ts';
import type { Block, ExtractedText } from './block.ts';
import { columnNames, unnamedColumn } from './column-names.ts';
import { decodeText } from './decode-text.ts';
import type { ExtractLimits } from './limits.ts';

/** Rows without a word that may stand above the names of the columns. */
const mostAbove = 20;

/**
 * A table whose first line names the columns; comma, semicolon or tab, whichever that line has most of. Empty rows are none, but count.
 * What a row has beyond the last column stays, without a name: in a text, nobody puts a comma into quotation marks.
 */
export function extractTable(bytes: Uint8Array, limits: ExtractLimits): ExtractedText {
  const text = decodeText(bytes);
  let rows: readonly (readonly string[])[];
  try {
    rows = parse(text, { ...tableForm(text), skip_empty_lines: false, to: limits.maxRows + mostAbove });
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? ` near line ${String(error.lines)}` : '';
    throw new PolyphonError(
      'KNW8003',
      `The table cannot be read${line}: a quotation mark that is opened is not closed. Correct the file and save it again.`,
      { cause: error },
    );
  }
  const header = rows.findIndex(holdsText);
  const names = columnNames(rows[header] ?? []);
  const below = rows.slice(header + 1);
  if (below.length > limits.maxRows) {
    throw new PolyphonError('KNW8004', `The table has more than ${limits.maxRows} rows. Split it into several files.`);
  }
  const blocks = below.flatMap((cells, index): readonly Block[] =>
    holdsText(cells) ? [{ kind: 'record', row: index + 1, cells: named(names, cells) }] : [],
  );
  return { blocks };
}

function named(names: readonly string[], cells: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(cells.map((cell, index) => [names[index] ?? unnamedColumn(index), cell]));
}

function holdsText(cells: readonly string[]): boolean {
  return cells.some((cell) => cell !== '');
}

/** The names by which rows know their columns. @throws the parser's error for a first line that cannot be read. */
export function columnsOfTable(bytes: Uint8Array): readonly string[] {
  const text = decodeText(bytes);
  const first = parse(text, { ...tableForm(text), to: mostAbove }) as readonly string[][];
  return columnNames(first.find(holdsText) ?? []);
}

/** How the parser reads a table as people save them; the separator is whichever of comma, semicolon and tab its first line has most of. */
export function tableForm(text: string) {
  const delimiter = delimiterOf(text);
  return { bom: true, delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, trim: true };
}

function delimiterOf(text: string): string {
  const end = text.indexOf('\n');
  const header = end === -1 ? text : text.slice(0, end);
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: header.split(mark).length }));
  return counts.reduce((best, candidate) => (candidate.count > best.count ? candidate : best)).mark;
}
