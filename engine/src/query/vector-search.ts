/** Vector search: cosine similarity against every vector of the index, exact, with Convex's limits and sentences. */
import { requireIndex, type TableEntry, type VectorIndexEntry } from "../store/catalog.ts";
import { valueAt } from "../store/index-key.ts";
import type { Transaction } from "../store/transaction.ts";
import { compareJson } from "../values/compare.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { literalOf, splitIndexName } from "./wire.ts";

export interface VectorQuery {
  indexName: string;
  vector: number[];
  limit?: number;
  expressions: Json;
}

export interface VectorMatch {
  readonly id: string;
  readonly score: number;
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 256;
const MAX_FILTER_TERMS = 64;
const BATCH = 1000;

type Predicate = (document: JsonObject) => boolean;

function compileEq(name: string, index: VectorIndexEntry, operands: Json[]): Predicate {
  const [field, value] = operands as [{ $field?: string }, { $literal?: Json }];
  if (typeof field.$field !== "string" || !("$literal" in value)) {
    throw new Error("A vector search filter compares a field with a value.");
  }
  if (!index.filterFields.includes(field.$field)) {
    throw new Error(
      `Vector query against ${name} contains an equality filter on "${field.$field}" but that field isn't indexed for filtering in \`filterFields\`.`,
    );
  }
  const path = field.$field.split(".");
  const wanted = literalOf(value.$literal as Json);
  return (document) => compareJson(valueAt(document, path), wanted) === 0;
}

function compileFilter(name: string, index: VectorIndexEntry, expressions: Json): Predicate[] {
  if (expressions === null) return [];
  const expression = expressions as { $eq?: Json[]; $or?: Json[] };
  if (expression.$eq !== undefined) return [compileEq(name, index, expression.$eq)];
  if (expression.$or === undefined) throw new Error("A vector search filter can only use `q.eq` and `q.or`.");
  const terms = expression.$or.flatMap((term) => compileFilter(name, index, term));
  if (terms.length > MAX_FILTER_TERMS) {
    throw new Error(`Vector queries must have ${MAX_FILTER_TERMS} or fewer filters, found ${terms.length}.`);
  }
  return [(document) => terms.some((matches) => matches(document))];
}

function checkQuery({ vector, limit = DEFAULT_LIMIT }: VectorQuery, { dimensions }: VectorIndexEntry): number {
  // JSON has null for a number that is none.
  if (vector.some((component) => typeof component !== "number")) {
    throw new Error("Invalid arguments for `vectorSearch`: `vector` must be an array of finite numbers");
  }
  if (vector.length !== dimensions) {
    throw new Error(`Expected a vector with dimensions ${dimensions}, received ${vector.length}.`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new Error(`Vector queries require a limit between 1 and ${MAX_LIMIT}. Received: ${limit}`);
  }
  return limit;
}

function cosine(a: Float32Array, lengthOfA: number, b: Float32Array): number {
  let product = 0;
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const component = b[i] as number;
    product += (a[i] as number) * component;
    squares += component * component;
  }
  const lengths = lengthOfA * Math.sqrt(squares);
  return lengths === 0 ? 0 : product / lengths;
}

/** Every vector's row with its score, best first. */
function scoreAll(tx: Transaction, index: VectorIndexEntry, vector: Float32Array): [number, number][] {
  const length = Math.sqrt(vector.reduce((sum, component) => sum + component * component, 0));
  const scores: [number, number][] = [];
  let after = -1;
  while (true) {
    const sql = "SELECT rid, v FROM vectors WHERE i = ? AND rid > ? ORDER BY rid LIMIT ?";
    const rows = tx.connection.rows(sql, index.id, after, BATCH);
    for (const [rowId, stored] of rows) {
      const bytes = stored as Uint8Array;
      // A copy: SQLite's bytes need not lie where four-byte numbers may.
      const other = new Float32Array(new Uint8Array(bytes).buffer);
      scores.push([rowId as number, cosine(vector, length, other)]);
    }
    if (rows.length < BATCH) return scores.sort((a, b) => b[1] - a[1]);
    after = (rows.at(-1) as [number])[0];
  }
}

export function vectorSearch(tx: Transaction, component: string, query: VectorQuery): VectorMatch[] {
  const table = tx.catalog.table(component, splitIndexName(query.indexName).table) as TableEntry;
  const index = requireIndex(table?.vectorIndexes, query.indexName);
  const limit = checkQuery(query, index);
  const filters = compileFilter(query.indexName, index, query.expressions);
  const matches: VectorMatch[] = [];
  for (const [rowId, score] of scoreAll(tx, index, Float32Array.from(query.vector))) {
    if (matches.length === limit) break;
    const row = tx.connection.row(table.sql.get, rowId);
    if (row === undefined) continue;
    const document = JSON.parse(row[0] as string) as JsonObject;
    if (filters.every((matches) => matches(document))) matches.push({ id: document["_id"] as string, score });
  }
  return matches;
}
