import readSheets from 'read-excel-file/node';
import { PolyphonError } from '../../contract/index.ts';
import type { Block, ExtractedText } from './block.ts';
import { columnNames } from './column-names.ts';
import type { ExtractLimits } from './limits.ts';
import { measureZip } from './measure-zip.ts';

/** Rows of every sheet; the first row of a sheet that is not empty names its columns. Where there are several, each is a chapter. */
export async function extractXlsx(bytes: Uint8Array, limits: ExtractLimits): Promise<ExtractedText> {
  const sheets = await sheetsOf(bytes, limits);
  const blocks: Block[] = [];
  let rows = 0;
  for (const { name, texts } of sheets) {
    const records = recordsOf(texts);
    rows += records.length;
    if (rows > limits.maxRows) {
      throw new PolyphonError(
        'KNW8004',
        `The workbook has more than ${limits.maxRows} rows. Split it into several files.`,
      );
    }
    if (sheets.length > 1 && records.length > 0) blocks.push({ kind: 'heading', level: 1, text: name });
    // One at a time: a sheet may have more rows than a call takes arguments.
    for (const record of records) blocks.push(record);
  }
  return { blocks };
}

/** The names by which the rows of its sheets know their columns, each once. @throws as reading it does. */
export async function columnsOfWorkbook(bytes: Uint8Array, limits: ExtractLimits): Promise<readonly string[]> {
  const sheets = await sheetsOf(bytes, limits);
  return [...new Set(sheets.flatMap(({ texts }) => headerOf(texts).names))];
}

interface Sheet {
  readonly name: string;
  /** Of the cells, row by row. */
  readonly texts: readonly (readonly string[])[];
}

async function sheetsOf(bytes: Uint8Array, limits: ExtractLimits): Promise<readonly Sheet[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await measureZip(buffer, limits, 'workbook', damaged);
  const sheets = await readSheets(buffer).catch((error: unknown) => {
    throw damaged(error);
  });
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    texts: (data as readonly (readonly unknown[])[]).map((row) => row.map(textOf)),
  }));
}

function headerOf(texts: Sheet['texts']): { readonly at: number; readonly names: readonly string[] } {
  const at = texts.findIndex((row) => row.some((text) => text !== ''));
  return { at, names: columnNames(texts[at] ?? []) };
}

function recordsOf(texts: Sheet['texts']): readonly Block[] {
  const { at, names } = headerOf(texts);
  return texts.slice(at + 1).flatMap((row, index): readonly Block[] => {
    if (row.every((text) => text === '')) return [];
    const cells = Object.fromEntries(names.map((name, column) => [name, row[column] ?? '']));
    return [{ kind: 'record', row: index + 1, cells }];
  });
}

function textOf(cell: unknown): string {
  if (cell instanceof Date) {
    const text = cell.toISOString();
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
  }
  if (typeof cell === 'number') return `${Number(cell.toPrecision(12))}`;
  return cell === null || cell === undefined ? '' : String(cell).trim();
}

function damaged(cause: unknown): PolyphonError {
  return new PolyphonError(
    'KNW8003',
    'The file is not a readable workbook (xlsx). Open it in an office program, save it again as xlsx and replace the file.',
    { cause },
  );
}
