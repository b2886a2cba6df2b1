/** As the database has it. */
export type Row = Readonly<Record<string, unknown>>;

/** In the words of the rest of the house, JSON columns as values; hashes and the tenant are left out. */
export function readableRow(row: Row): Row {
  const shown: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (column === 'tenant_id' || column.endsWith('_hash')) continue;
    const name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    shown[name] = jsonColumns.has(column) && typeof value === 'string' ? parsed(value) : value;
  }
  return shown;
}

const jsonColumns: ReadonlySet<string> = new Set([
  'attachments',
  'actions',
  'citations',
  'metadata',
  'trace',
  'payload',
  'author',
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
