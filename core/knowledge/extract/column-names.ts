/** The names of columns, each once: a second one of the same name would take the place of the first. */
export function columnNames(told: readonly string[]): string[] {
  const seen = new Set<string>();
  return told.map((each, index) => {
    const name = each.trim();
    if (name === '') return unnamedColumn(index);
    const own = seen.has(name) ? `${name} ${index + 1}` : name;
    seen.add(own);
    return own;
  });
}

/** What a column is called whose name is not told; it begins with a letter, because numbers would change places among names. */
export function unnamedColumn(index: number): string {
  return `column_${index + 1}`;
}

/** Whether a column has a name that people gave it. */
export function isNamed(name: string): boolean {
  return !/^column_\d+$/.test(name);
}
