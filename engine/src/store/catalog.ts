import type { Connection } from "./connection.ts";

export type FieldPath = readonly string[];

interface AnyIndexEntry {
  readonly id: number;
  readonly name: string;
  /** Kept up to date but not yet open to queries. */
  readonly staged: boolean;
}

export interface IndexEntry extends AnyIndexEntry {
  /** As declared; `_creationTime` follows implicitly. */
  readonly fields: readonly string[];
  readonly paths: readonly FieldPath[];
}

export interface SearchIndexEntry extends AnyIndexEntry {
  readonly searchField: string;
  readonly filterFields: readonly string[];
}

export interface VectorIndexEntry extends AnyIndexEntry {
  readonly vectorField: string;
  readonly dimensions: number;
  readonly filterFields: readonly string[];
}

export interface TableEntry {
  readonly number: number;
  readonly component: string;
  readonly name: string;
  readonly indexes: readonly IndexEntry[];
  readonly searchIndexes: readonly SearchIndexEntry[];
  readonly vectorIndexes: readonly VectorIndexEntry[];
  readonly sql: TableSql;
}

/** The statements of one table's documents, spelled once so that they are prepared once per connection. */
interface TableSql {
  readonly get: string;
  readonly insert: string;
  readonly update: string;
  readonly delete: string;
  readonly scanAsc: string;
  readonly scanDesc: string;
  readonly rangeAsc: string;
  readonly rangeDesc: string;
  readonly count: string;
}

/** Convex keeps numbers up to 10,000 for its own tables. */
const FIRST_USER_TABLE = 10_001;
const FIRST_SYSTEM_TABLE = 32;

const SYSTEM_TABLES = ["_storage", "_scheduled_functions"] as const;
export const isSystemTable = (name: string): boolean => name.startsWith("_");

/** SQLite plans a statement anew whenever a bare `LIMIT ?` is bound, which costs four times the read; an expression is not looked into. */
const LIMIT = "LIMIT +?";

function sqlOf(number: number): TableSql {
  const docs = `d${number}`;
  const range = (order: "ASC" | "DESC") =>
    `SELECT d.doc, d.size, x.k, x.rid FROM idx x CROSS JOIN ${docs} d ON d.rid = x.rid ` +
    `WHERE x.i = ? AND x.k >= ? AND x.k < ? ORDER BY x.k ${order} ${LIMIT}`;
  return {
    get: `SELECT doc, size FROM ${docs} WHERE rid = ?`,
    insert: `INSERT INTO ${docs} (rid, size, doc) VALUES (?, ?, ?)`,
    update: `UPDATE ${docs} SET size = ?, doc = ? WHERE rid = ?`,
    delete: `DELETE FROM ${docs} WHERE rid = ?`,
    scanAsc: `SELECT doc, size, rid FROM ${docs} WHERE rid >= ? AND rid < ? ORDER BY rid ASC ${LIMIT}`,
    scanDesc: `SELECT doc, size, rid FROM ${docs} WHERE rid >= ? AND rid < ? ORDER BY rid DESC ${LIMIT}`,
    rangeAsc: range("ASC"),
    rangeDesc: range("DESC"),
    count: `SELECT count(*) FROM ${docs}`,
  };
}

/** The index that a query names. */
export function requireIndex<T extends AnyIndexEntry>(indexes: readonly T[] | undefined, indexName: string): T {
  const index = indexes?.find(({ name }) => name === indexName.slice(indexName.indexOf(".") + 1));
  if (index === undefined) throw new Error(`Index ${indexName} not found.`);
  if (index.staged) throw new Error(`Index ${indexName} is currently staged and not available to query.`);
  return index;
}

const keyOf = (component: string, name: string): string => `${component}:${name}`;

interface IndexRow {
  id: number;
  tbl: number;
  kind: string;
  name: string;
  spec: string;
}

/** The tables and indexes of the file as of one transaction. Immutable; a change makes a new one. */
export class Catalog {
  readonly version: number;
  readonly #byName = new Map<string, TableEntry>();
  readonly #byNumber = new Map<number, TableEntry>();

  private constructor(version: number, tables: TableEntry[]) {
    this.version = version;
    for (const table of tables) {
      this.#byName.set(keyOf(table.component, table.name), table);
      this.#byNumber.set(table.number, table);
    }
  }

  static load(connection: Connection): Catalog {
    const version = Number(connection.row("SELECT catalog FROM head")?.[0]);
    const indexes = connection
      .rows("SELECT id, tbl, kind, name, spec FROM indexes ORDER BY id")
      .map((row): IndexRow => {
        const [id, tbl, kind, name, spec] = row as [number, number, string, string, string];
        return { id, tbl, kind, name, spec };
      });
    const byTable = Map.groupBy(indexes, (index) => index.tbl);
    const tables = connection.rows("SELECT number, component, name FROM tables").map((row): TableEntry => {
      const [number, component, name] = row as [number, string, string];
      const own = byTable.get(number) ?? [];
      return {
        number,
        component,
        name,
        indexes: own.filter(({ kind }) => kind === "db").map(indexEntry),
        searchIndexes: own
          .filter(({ kind }) => kind === "search")
          .map((index) => ({ id: index.id, name: index.name, ...JSON.parse(index.spec) })),
        vectorIndexes: own
          .filter(({ kind }) => kind === "vector")
          .map((index) => ({ id: index.id, name: index.name, ...JSON.parse(index.spec) })),
        sql: sqlOf(number),
      };
    });
    return new Catalog(version, tables);
  }

  table(component: string, name: string): TableEntry | undefined {
    return this.#byName.get(keyOf(component, name));
  }

  byNumber(number: number): TableEntry | undefined {
    return this.#byNumber.get(number);
  }

  tables(component?: string): TableEntry[] {
    const all = [...this.#byNumber.values()];
    return component === undefined ? all : all.filter((table) => table.component === component);
  }
}

function indexEntry({ id, name, spec }: IndexRow): IndexEntry {
  const { fields, staged } = JSON.parse(spec) as { fields: string[]; staged: boolean };
  return { id, name, staged, fields, paths: fields.map((field) => field.split(".")) };
}

/** Adds a table, and with a component's first one its system tables. The caller reloads the catalog. */
export function createTable(connection: Connection, component: string, name: string): void {
  const first = isSystemTable(name) ? FIRST_SYSTEM_TABLE : FIRST_USER_TABLE;
  const last = connection.row(
    "SELECT max(number) FROM tables WHERE (number >= ?) = ?",
    FIRST_USER_TABLE,
    isSystemTable(name) ? 0 : 1,
  )?.[0];
  const number = Math.max(first, Number(last ?? 0) + 1);
  connection.run("INSERT INTO tables (number, component, name) VALUES (?, ?, ?)", number, component, name);
  connection.exec(`CREATE TABLE d${number} (rid INTEGER PRIMARY KEY, size INTEGER NOT NULL, doc TEXT NOT NULL)`);
}

export function createSystemTables(connection: Connection, catalog: Catalog, component: string): boolean {
  const missing = SYSTEM_TABLES.filter((name) => catalog.table(component, name) === undefined);
  for (const name of missing) createTable(connection, component, name);
  return missing.length > 0;
}

/** To be called with every change of tables or indexes: other connections then load the catalog anew. */
export function bumpCatalog(connection: Connection): Catalog {
  connection.run("UPDATE head SET catalog = catalog + 1");
  return Catalog.load(connection);
}
