/** A query as the `convex` package sends it. */
import type { Json } from "../values/json.ts";

export type Order = "asc" | "desc";

export interface RangeExpression {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: Json;
}

export interface SearchFilter {
  type: "Search" | "Eq";
  fieldPath: string;
  value: Json;
}

export type Source =
  | { type: "FullTableScan"; tableName: string; order: Order | null }
  | { type: "IndexRange"; indexName: string; range: RangeExpression[]; order: Order | null }
  | { type: "Search"; indexName: string; filters: SearchFilter[] };

export type Operator = { filter: Json } | { limit: number };

export interface WireQuery {
  source: Source;
  operators: Operator[];
}

const MAX_OPERATORS = 256;

/** A missing field, where the wire says so. */
export function literalOf(json: Json): Json | undefined {
  const isUndefined = typeof json === "object" && json !== null && !Array.isArray(json) && "$undefined" in json;
  return isUndefined ? undefined : json;
}

/** `table.index` taken apart. */
export function splitIndexName(indexName: string): { table: string; index: string } {
  const dot = indexName.indexOf(".");
  return { table: indexName.slice(0, dot), index: indexName.slice(dot + 1) };
}

export function checkOperators(operators: Operator[]): void {
  if (operators.length > MAX_OPERATORS) {
    throw new Error(`Query has too many operators: ${operators.length} > ${MAX_OPERATORS}`);
  }
}
