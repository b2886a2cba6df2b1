/** Names of a table's columns as its rows will know them. The parser loads with the first table. @throws its error for a broken one. */
export async function tableColumns(bytes: Uint8Array): Promise<readonly string[]> {
  const { columnsOfTable } = await import('./extract/table.ts');
  return columnsOfTable(bytes);
}
