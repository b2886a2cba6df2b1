import type { AnyNode, Element } from 'domhandler';
import { columnNames, unnamedColumn } from './column-names.ts';

type Cells = Readonly<Record<string, string>>;

/** Longer ones are what a table says, and no names. */
const longestName = 40;
/** Rows that are looked at to tell whether the first one names the columns. */
const rowsSeen = 20;

/** The rows of the tables of one page, by the names of their columns. */
export class TableRows {
  readonly #textOf: (node: AnyNode) => string;
  readonly #headers = new Map<AnyNode, { readonly row: Element | undefined; readonly names: readonly string[] }>();

  constructor(textOf: (node: AnyNode) => string) {
    this.#textOf = textOf;
  }

  /** Undefined for a row that names the columns, and for one without cells. */
  cellsOf(row: Element): Cells | undefined {
    const cells = row.children.filter(isCell);
    if (cells.length === 0 || cells.every((cell) => cell.name === 'th')) return undefined;
    const header = this.#headerOf(row);
    if (header.row === row) return undefined;
    return Object.fromEntries(
      cells.map((cell, index) => [header.names[index] ?? unnamedColumn(index), this.#textOf(cell)]),
    );
  }

  #headerOf(row: Element) {
    const section = row.parent;
    const table = section?.type === 'tag' && section.name !== 'table' ? (section.parent ?? section) : section;
    const key = table ?? row;
    const known = this.#headers.get(key);
    if (known !== undefined) return known;
    const made = this.#readHeader(table === null ? [row] : firstRows(table));
    this.#headers.set(key, made);
    return made;
  }

  #readHeader(rows: readonly Element[]) {
    const [first] = rows;
    const cells = first?.children.filter(isCell) ?? [];
    const isTold = cells.every((cell) => cell.name === 'th') || this.#looksLikeNames(cells, rows.slice(1));
    return cells.length > 0 && isTold
      ? { row: first, names: columnNames(cells.map(this.#textOf)) }
      : { row: undefined, names: [] };
  }

  /**
   * Word marks no header unless it is told to, and people make tables with it: the first row names the columns when it alone is bold, or
   * when it holds only names and a column of three or more holds a number in each row below. Two columns may be a list of pairs.
   */
  #looksLikeNames(cells: readonly Element[], below: readonly Element[]): boolean {
    const names = cells.map(this.#textOf);
    const areNames = names.every((name) => name !== '' && name.length <= longestName && !/\d/.test(name));
    if (cells.length < 2 || below.length === 0 || !areNames || new Set(names).size < names.length) return false;
    const others = below.map((row) => row.children.filter(isCell));
    if (this.#isBold(cells)) return !others.some((other) => this.#isBold(other));
    return (
      cells.length > 2 &&
      names.some((_, column) =>
        others.every((other) => other[column] !== undefined && /\d/.test(this.#textOf(other[column]))),
      )
    );
  }

  #isBold(cells: readonly Element[]): boolean {
    return (
      cells.length > 0 && cells.every((cell) => this.#textOf(cell) === boldParts(cell).map(this.#textOf).join(' '))
    );
  }
}

function boldParts(cell: Element): readonly Element[] {
  return cell.children.flatMap((child): readonly Element[] => {
    if (child.type !== 'tag') return [];
    if (child.name === 'strong' || child.name === 'b') return [child];
    return child.name === 'p' ? boldParts(child) : [];
  });
}

function firstRows(table: { readonly children: readonly AnyNode[] }): readonly Element[] {
  const found: Element[] = [];
  for (const child of table.children) {
    if (found.length > rowsSeen) break;
    if (child.type !== 'tag') continue;
    if (child.name === 'tr') found.push(child);
    else if (/^t(?:head|body|foot)$/.test(child.name)) found.push(...firstRows(child));
  }
  return found.filter((row) => row.children.some(isCell)).slice(0, rowsSeen + 1);
}

function isCell(node: AnyNode): node is Element {
  return node.type === 'tag' && (node.name === 'td' || node.name === 'th');
}
