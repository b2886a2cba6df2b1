import type BetterSqlite3 from 'better-sqlite3';
import { CamelCasePlugin, type Compilable, Kysely, SqliteDialect } from 'kysely';
import type { Tables } from './tables.ts';

/** A query that is compiled and prepared once and run many times, in the transaction that is open, if one is. */
export interface Statement<Parameters, Row> {
  /** How many rows it changed. */
  run(parameters: Parameters): number;
  get(parameters: Parameters): Row | undefined;
  all(parameters: Parameters): readonly Row[];
}

/** Stands for a parameter while the query is built. */
class Slot {
  readonly parameter: string;
  constructor(parameter: string) {
    this.parameter = parameter;
  }
}

/**
 * The one connection to the file. Kysely builds and types the queries; they run synchronously on better-sqlite3, which costs
 * about 10 µs a statement instead of 60 and lets one transaction hold the work of many conversations.
 */
export class Connection {
  readonly sqlite: BetterSqlite3.Database;
  /** For migrations and for rare queries. What is on a turn's path uses `prepare`. */
  readonly kysely: Kysely<Tables>;

  constructor(sqlite: BetterSqlite3.Database) {
    this.sqlite = sqlite;
    this.kysely = new Kysely<Tables>({
      dialect: new SqliteDialect({ database: sqlite }),
      plugins: [new CamelCasePlugin()],
    });
  }

  /** `build` sees each parameter as a stand-in; it may use the values only as values of the query. */
  prepare<Parameters extends object, Row>(
    build: (kysely: Kysely<Tables>, parameters: Parameters) => Compilable<Row>,
  ): Statement<Parameters, Row> {
    let prepared: Prepared<Row> | undefined;
    const ready = (): Prepared<Row> => {
      prepared ??= this.#prepare(build as (kysely: Kysely<Tables>, parameters: object) => Compilable<Row>);
      return prepared;
    };
    return {
      run: (parameters) => {
        const { statement, values } = ready();
        return statement.run(values(parameters)).changes;
      },
      get: (parameters) => {
        const { statement, values, row } = ready();
        const found = statement.get(values(parameters)) as readonly unknown[] | undefined;
        return found === undefined ? undefined : row(found);
      },
      all: (parameters) => {
        const { statement, values, row } = ready();
        return (statement.all(values(parameters)) as readonly (readonly unknown[])[]).map(row);
      },
    };
  }

  #prepare<Row>(build: (kysely: Kysely<Tables>, parameters: object) => Compilable<Row>): Prepared<Row> {
    const standIns = new Proxy({}, { get: (_, name) => new Slot(String(name)) });
    const compiled = build(this.kysely, standIns).compile();
    const statement = this.sqlite.prepare(keepingItsPlan(compiled.sql));
    const columns = statement.reader ? statement.columns().map((column) => camelCase(column.name)) : [];
    if (statement.reader) statement.raw(true);
    return { statement, values: readerOf(compiled.parameters), row: makerOf(columns) as Prepared<Row>['row'] };
  }
}

interface Prepared<Row> {
  readonly statement: BetterSqlite3.Statement;
  values(parameters: object): readonly unknown[];
  row(found: readonly unknown[]): Row;
}

/** @returns the values of a query in their order, from what it is run with. */
function readerOf(parameters: readonly unknown[]): (from: object) => readonly unknown[] {
  const places = parameters.map((value, index) =>
    value instanceof Slot ? `from.${plainName(value.parameter)}` : `constants[${index}]`,
  );
  const read = writtenOut(['from', 'constants'], `[${places.join(', ')}]`);
  return (from) => read(from, parameters) as readonly unknown[];
}

/** @returns what makes an object of a row's values. */
function makerOf(columns: readonly string[]): (values: readonly unknown[]) => unknown {
  const fields = columns.map((column, index) => `${plainName(column)}: values[${index}]`);
  return writtenOut(['values'], `({ ${fields.join(', ')} })`);
}

/**
 * Code of its own for each query, as ajv makes it of a schema: of a loop over names V8 learns no shape, and a turn names some two hundred
 * columns and parameters.
 */
function writtenOut(names: readonly string[], expression: string): (...args: readonly unknown[]) => unknown {
  return new Function(...names, `return ${expression};`) as (...args: readonly unknown[]) => unknown;
}

/** Names come from our queries alone; one that is none would be code. */
function plainName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`A query has a column or parameter named '${name}'.`);
  return name;
}

/**
 * SQLite 3.54 plans a query with ORDER BY anew whenever a bare `?` of it is bound, to see whether the value helps. That is 5 to 10 µs,
 * more than such a query takes. Behind a `+`, which changes no value, it does not look.
 */
function keepingItsPlan(query: string): string {
  return query.replaceAll('?', '+?');
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
