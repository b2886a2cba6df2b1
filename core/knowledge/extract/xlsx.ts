import readSheets from 'read-excel-file/node';
import { PolyphonError } from '../../contract/index.ts';
import type { Block, ExtractedText } from './block.ts';
import type { ExtractLimits } from './limits.ts';
import { measureZip } from './measure-zip.ts';

/** Rows of every sheet; the first row of a sheet that is not empty names its columns. Where there are several, each is a chapter. */
export async function extractXlsx(bytes: Uint8Array, limits: ExtractLimits): Promise<ExtractedText> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await measureZip(buffer, limits, 'workbook', damaged);
  const sheets = await readSheets(buffer).catch((error: unknown) => {
    throw damaged(error);
  });
  const blocks: Block[] = [];
  let rows = 0;
  for (const { sheet, data } of sheets) {
    const records = recordsOf(data as readonly (readonly unknown[])[]);
    rows += records.length;
    if (rows > limits.maxRows) {
      throw new PolyphonError(
        'KNW8004',
        `The workbook has more than ${limits.maxRows} rows. Split it into several files.`,
      );
    }
    if (sheets.length > 1 && records.length > 0) blocks.push({ kind: 'heading', level: 1, text: sheet });
    // One at a time: a sheet may have more rows than a call takes arguments.
    for (const record of records) blocks.push(record);
  }
  return { blocks };
}

function recordsOf(rows: readonly (readonly unknown[])[]): readonly Block[] {
  const texts = rows.map((row) => row.map(textOf));
  const header = texts.findIndex((row) => row.some((text) => text !== ''));
  const names = (texts[header] ?? []).map((name, index) => name || `column_${index + 1}`);
  return texts.slice(header + 1).flatMap((row, index): readonly Block[] => {
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
