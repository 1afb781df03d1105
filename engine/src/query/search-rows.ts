/** Full-text search over FTS5, with Convex's limits and sentences. */
import type { SearchIndexEntry, TableEntry } from "../store/catalog.ts";
import { filterToken } from "../store/search-index.ts";
import type { Transaction } from "../store/transaction.ts";
import type { Json } from "../values/json.ts";
import type { QueryRow, RowSource } from "./rows.ts";
import { literalOf, type SearchFilter } from "./wire.ts";

const MAX_TERMS = 16;
const MAX_TERM_BYTES = 32;
const MAX_FILTERS = 8;
/** How far a search may be read. */
const MAX_RESULTS = 1024;

/** Runs of letters and digits in lower case; those too long for the index to hold are left out. */
export function termsOf(query: string): string[] {
  const words = query.toLowerCase().match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return words.filter((word) => Buffer.byteLength(word) <= MAX_TERM_BYTES).slice(0, MAX_TERMS);
}

interface Compiled {
  readonly text: string;
  readonly equals: { field: number; value: Json | undefined }[];
}

function compileFilters(name: string, index: SearchIndexEntry, filters: SearchFilter[]): Compiled {
  let text: string | undefined;
  const equals: Compiled["equals"] = [];
  for (const filter of filters) {
    if (filter.type === "Search") {
      if (text !== undefined) {
        throw new Error(
          `Search query against ${name} contains multiple search filters on "${filter.fieldPath}". Only one is allowed.`,
        );
      }
      if (filter.fieldPath !== index.searchField) {
        throw new Error(
          `Search query against ${name} contains a search filter against "${filter.fieldPath}", which doesn't match the indexed \`searchField\` "${index.searchField}".`,
        );
      }
      text = filter.value as string;
      continue;
    }
    const field = index.filterFields.indexOf(filter.fieldPath);
    if (field < 0) {
      throw new Error(
        `Search query against ${name} contains an equality filter on "${filter.fieldPath}" but that field isn't indexed for filtering in \`filterFields\`.`,
      );
    }
    equals.push({ field, value: literalOf(filter.value) });
  }
  if (text === undefined) {
    throw new Error(
      `Search query against ${name} does not contain any search filters. You must include a search filter like \`q.search("${index.searchField}", searchText)\`.`,
    );
  }
  if (equals.length > MAX_FILTERS) {
    throw new Error(
      `Search query against ${name} has too many filter conditions. Max: ${MAX_FILTERS} Actual: ${equals.length}`,
    );
  }
  return { text, equals };
}

/** The FTS5 expression, or null if nothing is searched for. The last word counts as the beginning of a word. */
function matchOf({ text, equals }: Compiled): string | null {
  const terms = termsOf(text);
  const last = terms.pop();
  if (last === undefined) return null;
  const words = [...new Set(terms)].map((term) => `"${term}"`);
  const match = `t : (${[...words, `"${last}" *`].join(" OR ")})`;
  if (equals.length === 0) return match;
  return `f : (${equals.map(({ field, value }) => filterToken(field, value)).join(" AND ")}) AND ${match}`;
}

export class SearchRows implements RowSource {
  readonly fields: readonly string[];
  readonly #table: TableEntry;
  readonly #name: string;
  readonly #sql: string;
  readonly #match: string | null;
  #offset = 0;
  #end = Number.POSITIVE_INFINITY;

  constructor(table: TableEntry, index: SearchIndexEntry, name: string, filters: SearchFilter[]) {
    this.#table = table;
    this.#name = name;
    this.fields = [index.searchField, ...index.filterFields];
    this.#match = matchOf(compileFilters(name, index, filters));
    // Newest first among equals.
    this.#sql =
      `SELECT rowid FROM f${index.id} WHERE f${index.id} MATCH ? ` +
      `ORDER BY bm25(f${index.id}, 1.0, 0.0), rowid DESC LIMIT ? OFFSET ?`;
  }

  next(tx: Transaction, count: number): QueryRow[] {
    if (this.#match === null) return [];
    const wanted = Math.min(count, this.#end - this.#offset);
    if (wanted <= 0) return [];
    const found = tx.connection.rows(this.#sql, this.#match, Math.min(wanted, MAX_RESULTS + 1), this.#offset);
    tx.recorder?.read(`search ${this.#name} ${this.#match}`, Buffer.alloc(0), Buffer.from([0xff]));
    const rows: QueryRow[] = [];
    for (const [rowId] of found) {
      this.#offset++;
      if (this.#offset > MAX_RESULTS) {
        throw new Error(
          `Search query against ${this.#name} scanned too many documents (fetched ${MAX_RESULTS} documents). Consider using a smaller limit, paginating the query, or adding more filters.`,
        );
      }
      const document = tx.connection.row(this.#table.sql.get, rowId as number);
      if (document === undefined) continue;
      const position = Buffer.alloc(4);
      position.writeUInt32BE(this.#offset);
      rows.push({ text: document[0] as string, size: document[1] as number, position });
    }
    return rows;
  }

  startAfter(position: Buffer): void {
    this.#offset = Math.max(this.#offset, position.readUInt32BE());
  }

  endAt(position: Buffer): void {
    this.#end = Math.min(this.#end, position.readUInt32BE());
  }
}
