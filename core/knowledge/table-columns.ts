import { extractLimits } from './extract/limits.ts';

/** Tables by what their names end in. */
const readers: Readonly<Record<string, (bytes: Uint8Array) => Promise<readonly string[]>>> = {
  csv: async (bytes) => (await import('./extract/table.ts')).columnsOfTable(bytes),
  tsv: async (bytes) => (await import('./extract/table.ts')).columnsOfTable(bytes),
  xlsx: async (bytes) => (await import('./extract/xlsx.ts')).columnsOfWorkbook(bytes, extractLimits),
};

/**
 * Names of a table's columns as its rows will know them; of a workbook those of all its sheets, and undefined where `path` names no
 * table. The parser loads with the first one. @throws its error for a broken one.
 */
export async function tableColumns(
  path: string,
  read: () => Promise<Uint8Array>,
): Promise<readonly string[] | undefined> {
  const reader = readers[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  return reader?.(await read());
}
