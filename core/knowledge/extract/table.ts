import { parse } from 'csv-parse/sync';
import { PolyphonError } from '../../contract/index.ts';
import type { Block, ExtractedText } from './block.ts';
import { columnNames } from './column-names.ts';
import { decodeText } from './decode-text.ts';
import type { ExtractLimits } from './limits.ts';

/** A table whose first line names the columns; comma, semicolon or tab, whichever that line has most of. */
export function extractTable(bytes: Uint8Array, limits: ExtractLimits): ExtractedText {
  const text = decodeText(bytes);
  let rows: readonly Readonly<Record<string, string>>[];
  try {
    rows = parse(text, {
      ...tableForm(text),
      columns: (header: readonly string[]) => columnNames(header),
      to: limits.maxRows + 1,
    });
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? ` near line ${String(error.lines)}` : '';
    throw new PolyphonError(
      'KNW8003',
      `The table cannot be read${line}: a quotation mark that is opened is not closed. Correct the file and save it again.`,
      { cause: error },
    );
  }
  if (rows.length > limits.maxRows) {
    throw new PolyphonError('KNW8004', `The table has more than ${limits.maxRows} rows. Split it into several files.`);
  }
  const blocks = rows.map((cells, index): Block => ({ kind: 'record', row: index + 1, cells }));
  return { blocks };
}

/** The names by which rows know their columns. @throws the parser's error for a first line that cannot be read. */
export function columnsOfTable(bytes: Uint8Array): readonly string[] {
  const text = decodeText(bytes);
  const [header = []] = parse(text, { ...tableForm(text), to: 1 }) as readonly string[][];
  return columnNames(header);
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
