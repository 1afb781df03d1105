import { requireIndex, type TableEntry } from "../store/catalog.ts";
import type { Transaction } from "../store/transaction.ts";
import { IndexRows } from "./index-rows.ts";
import { compileRange, intervalOf } from "./range.ts";
import type { RowSource } from "./rows.ts";
import { SearchRows } from "./search-rows.ts";
import { ALL_ROWS, rowsByCreationTime, rowsById, TableRows } from "./table-rows.ts";
import { type Order, type RangeExpression, type Source, splitIndexName } from "./wire.ts";

const BY_CREATION_TIME = ["_creationTime"];
const BY_ID = ["_id"];

/** A table that is not there has no rows. */
const NO_ROWS: RowSource = { next: () => [], startAfter: () => {}, endAt: () => {}, fields: [] };

function indexRange(
  table: TableEntry | undefined,
  indexName: string,
  expressions: RangeExpression[],
  order: Order,
): RowSource {
  const { index: name } = splitIndexName(indexName);
  if (name === "by_creation_time") {
    const range = compileRange(indexName, BY_CREATION_TIME, expressions);
    if (table === undefined) return NO_ROWS;
    const options = { fields: BY_CREATION_TIME, includes: range.hasId };
    return new TableRows(table, rowsByCreationTime(range), order, options);
  }
  if (name === "by_id") {
    const range = compileRange(indexName, BY_ID, expressions);
    if (table === undefined) return NO_ROWS;
    const { interval, includes } = rowsById(range, table.number);
    return new TableRows(table, interval, order, { fields: BY_ID, includes });
  }
  const index = requireIndex(table?.indexes, indexName);
  const range = compileRange(indexName, [...index.fields, "_creationTime"], expressions);
  return new IndexRows(table as TableEntry, index, intervalOf(range), { order, includes: range.hasId });
}

/** The rows a query starts from, or the backend's sentence why there are none to be had. */
export function compileSource(tx: Transaction, component: string, source: Source): RowSource {
  switch (source.type) {
    case "FullTableScan": {
      const table = tx.catalog.table(component, source.tableName);
      return table ? new TableRows(table, ALL_ROWS, source.order ?? "asc", { fields: BY_CREATION_TIME }) : NO_ROWS;
    }
    case "IndexRange": {
      const table = tx.catalog.table(component, splitIndexName(source.indexName).table);
      return indexRange(table, source.indexName, source.range, source.order ?? "asc");
    }
    case "Search": {
      const table = tx.catalog.table(component, splitIndexName(source.indexName).table);
      const index = requireIndex(table?.searchIndexes, source.indexName);
      return new SearchRows(table as TableEntry, index, source.indexName, source.filters);
    }
  }
}
