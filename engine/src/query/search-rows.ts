/** Full-text search over FTS5, with Convex's limits and sentences. */

import type { SearchRead } from "../store/access-record.ts";
import type { SearchIndexEntry, TableEntry } from "../store/catalog.ts";
import { valueAt } from "../store/index-key.ts";
import { filterToken, wordsOf } from "../store/search-index.ts";
import type { Transaction } from "../store/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { encodeSortKey } from "../values/sort-key.ts";
import type { QueryRow, RowSource } from "./rows.ts";
import { SearchPlan } from "./search-plan.ts";
import { literalOf, type SearchFilter } from "./wire.ts";

const MAX_TERMS = 16;
const MAX_FILTERS = 8;
/** How far a search may be read. */
const MAX_RESULTS = 1024;

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

/** The filters as a question about one document. */
function filterOf(index: SearchIndexEntry, { equals }: Compiled): (document: JsonObject) => boolean {
  const wanted = equals.map(({ field, value }) => ({
    path: index.filterFields[field]!.split("."),
    key: encodeSortKey(value),
  }));
  return (document) => wanted.every(({ path, key }) => encodeSortKey(valueAt(document, path)).equals(key));
}

/** What is searched for, or null for nothing. The last word counts as the beginning of a word. */
function searchOf(index: SearchIndexEntry, { text, equals }: Compiled): SearchRead | null {
  const words = wordsOf(text).slice(0, MAX_TERMS);
  const lastWord = words.pop();
  if (lastWord === undefined) return null;
  const filters = equals.map(({ field, value }) => filterToken(field, value));
  return { index: index.id, words: [...new Set(words)], lastWord, filters };
}

export class SearchRows implements RowSource {
  readonly fields: readonly string[];
  readonly #table: TableEntry;
  readonly #name: string;
  readonly #search: SearchRead | null;
  readonly #passes: (document: JsonObject) => boolean;
  #offset = 0;
  #end = Number.POSITIVE_INFINITY;

  constructor(table: TableEntry, index: SearchIndexEntry, name: string, filters: SearchFilter[]) {
    this.#table = table;
    this.#name = name;
    this.fields = [index.searchField, ...index.filterFields];
    const compiled = compileFilters(name, index, filters);
    this.#search = searchOf(index, compiled);
    this.#passes = filterOf(index, compiled);
  }

  next(tx: Transaction, count: number): QueryRow[] {
    if (this.#search === null) return [];
    const wanted = Math.min(count, this.#end - this.#offset);
    if (wanted <= 0) return [];
    const upTo = Math.min(this.#offset + wanted, MAX_RESULTS + 1);
    const read = (rowId: number) => tx.connection.row(this.#table.sql.get, rowId);
    const documents = new Map<number, ReturnType<typeof read>>();
    const passes = (rowId: number) => {
      const row = read(rowId);
      documents.set(rowId, row);
      return row !== undefined && this.#passes(JSON.parse(row[0] as string) as JsonObject);
    };
    const found = new SearchPlan(tx, this.#search, passes).rank(upTo).slice(this.#offset);
    tx.recorder?.search(this.#search);
    const rows: QueryRow[] = [];
    for (const rowId of found) {
      this.#offset++;
      if (this.#offset > MAX_RESULTS) {
        throw new Error(
          `Search query against ${this.#name} scanned too many documents (fetched ${MAX_RESULTS} documents). Consider using a smaller limit, paginating the query, or adding more filters.`,
        );
      }
      const document = documents.get(rowId) ?? read(rowId);
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
