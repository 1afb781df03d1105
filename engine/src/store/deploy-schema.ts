/** Brings the file's tables and indexes to a schema, building new indexes over the documents that are there. */
import { hash } from "node:crypto";
import { EngineError } from "../errors.ts";
import { compileDocumentValidator } from "../validate/document-validator.ts";
import type { ParsedSchema, ParsedTable } from "../validate/schema.ts";
import type { JsonObject } from "../values/json.ts";
import { bumpCatalog, Catalog, createSystemTables, createTable, type TableEntry } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { indexKey } from "./index-key.ts";
import { createSearchTable, dropSearchTable, insertSearchRow } from "./search-index.ts";
import { writeVector } from "./vector-index.ts";

const hashKey = (component: string): string => `schema:${component}`;
const HASH_LENGTH = 16;
const NO_SCHEMA: ParsedSchema = { tables: new Map(), schemaValidation: false };

interface WantedIndex {
  kind: "db" | "search" | "vector";
  name: string;
  spec: string;
}

function wantedIndexes(table: ParsedTable | undefined): WantedIndex[] {
  if (table === undefined) return [];
  const wanted =
    (kind: WantedIndex["kind"]) =>
    ({ name, ...spec }: { name: string; staged: boolean }): WantedIndex => ({ kind, name, spec: JSON.stringify(spec) });
  return [
    ...table.indexes.map(wanted("db")),
    ...table.searchIndexes.map(wanted("search")),
    ...table.vectorIndexes.map(wanted("vector")),
  ];
}

export function hashOfSchema(schema: ParsedSchema | null): string {
  const tables = [...(schema?.tables.values() ?? [])].map((table) => [
    table.name,
    schema?.schemaValidation ? table.documentType : null,
    wantedIndexes(table),
  ]);
  return hash("sha256", JSON.stringify(tables), "hex").slice(0, HASH_LENGTH);
}

export function deployedHash(connection: Connection, component: string): string | undefined {
  return connection.row("SELECT value FROM meta WHERE key = ?", hashKey(component))?.[0] as string | undefined;
}

const BATCH = 500;

/** Every document of a table, a batch at a time, in the order of creation. */
function* documentsOf(connection: Connection, table: TableEntry): Generator<[JsonObject, number]> {
  let from = 0;
  while (true) {
    const rows = connection.rows(table.sql.scanAsc, from, Number.MAX_SAFE_INTEGER, BATCH);
    for (const row of rows) yield [JSON.parse(row[0] as string) as JsonObject, row[2] as number];
    const last = rows.at(-1);
    if (last === undefined) return;
    from = (last[2] as number) + 1;
  }
}

function dropIndex(connection: Connection, id: number, kind: string): void {
  connection.run("DELETE FROM indexes WHERE id = ?", id);
  if (kind === "search") dropSearchTable(connection, id);
  else connection.run(kind === "db" ? "DELETE FROM idx WHERE i = ?" : "DELETE FROM vectors WHERE i = ?", id);
}

/** Ids of the indexes that were not there before. */
function changeIndexes(connection: Connection, number: number, wanted: WantedIndex[]): Set<number> {
  const existing = connection.rows("SELECT id, kind, name, spec FROM indexes WHERE tbl = ?", number);
  const isSame = (row: unknown[], index: WantedIndex): boolean =>
    row[1] === index.kind && row[2] === index.name && row[3] === index.spec;
  for (const row of existing) {
    if (!wanted.some((index) => isSame(row, index))) dropIndex(connection, row[0] as number, row[1] as string);
  }
  const added = new Set<number>();
  for (const index of wanted.filter((index) => !existing.some((row) => isSame(row, index)))) {
    const sql = "INSERT INTO indexes (tbl, kind, name, spec) VALUES (?, ?, ?, ?) RETURNING id";
    const id = Number(connection.row(sql, number, index.kind, index.name, index.spec)?.[0]);
    if (index.kind === "search") createSearchTable(connection, id);
    added.add(id);
  }
  return added;
}

function fillIndexes(connection: Connection, table: TableEntry, added: Set<number>): void {
  const indexes = table.indexes.filter(({ id }) => added.has(id));
  const searches = table.searchIndexes.filter(({ id }) => added.has(id));
  const vectors = table.vectorIndexes.filter(({ id }) => added.has(id));
  for (const [document, rowId] of documentsOf(connection, table)) {
    for (const index of indexes) {
      connection.run("INSERT INTO idx (i, k, rid) VALUES (?, ?, ?)", index.id, indexKey(index, document), rowId);
    }
    for (const index of searches) insertSearchRow(connection, index, rowId, document);
    for (const index of vectors) writeVector(connection, index, rowId, document);
  }
}

function validateDocuments(connection: Connection, catalog: Catalog, component: string, schema: ParsedSchema): void {
  const names = {
    tableNameOf: (number: number) => {
      const table = catalog.byNumber(number);
      return table?.component === component ? table.name : undefined;
    },
  };
  for (const parsed of schema.tables.values()) {
    if (parsed.documentType.type === "any") continue;
    const table = catalog.table(component, parsed.name);
    if (table === undefined) continue;
    const validator = compileDocumentValidator(parsed, names);
    for (const [document] of documentsOf(connection, table)) {
      const problem = validator.checkExisting(document);
      if (problem !== null) throw new EngineError("schema_mismatch", problem);
    }
  }
}

/**
 * To be called inside a write transaction. Costs nothing but one read where the file has this schema already.
 * @returns the catalog after it
 */
export function deploySchema(
  connection: Connection,
  current: Catalog,
  component: string,
  parsed: ParsedSchema | null,
): Catalog {
  const schema = parsed ?? NO_SCHEMA;
  const wantedHash = hashOfSchema(parsed);
  const previous = deployedHash(connection, component);
  if (previous === wantedHash) return current;

  createSystemTables(connection, current, component);
  for (const name of schema.tables.keys()) {
    if (current.table(component, name) === undefined) createTable(connection, component, name);
  }
  let catalog = Catalog.load(connection);
  const added = catalog.tables(component).map((table) => {
    return [table.name, changeIndexes(connection, table.number, wantedIndexes(schema.tables.get(table.name)))] as const;
  });
  catalog = bumpCatalog(connection);
  for (const [name, ids] of added) {
    const table = catalog.table(component, name);
    if (table !== undefined && ids.size > 0) fillIndexes(connection, table, ids);
  }
  if (schema.schemaValidation) validateDocuments(connection, catalog, component, schema);
  connection.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", hashKey(component), wantedHash);
  // Processes that run with another schema for this component must not write any more.
  if (previous !== undefined) connection.run("UPDATE head SET schema_epoch = schema_epoch + 1");
  return catalog;
}
