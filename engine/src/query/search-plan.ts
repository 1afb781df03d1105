/**
 * How a search is ranked. Relevance (BM25) has to look at every document with one of the words, so in a large table
 * words that stand everywhere would cost as much as they say little. Those are left out of the ranking: documents
 * with a rarer word come first, by relevance; then those with the common ones, newest first.
 */
import type { SearchRead } from "../store/access-record.ts";
import type { Connection, SqlValue } from "../store/connection.ts";
import { documentOfSearchRow } from "../store/search-index.ts";
import type { Transaction } from "../store/transaction.ts";

/** Below this many documents everything is ranked. */
const LARGE_TABLE = 10_000;
/** A word is common if so many of the newest documents... */
const PROBE_MATCHES = 200;
/** ...are found among so many: one in ten. */
const PROBE_DOCUMENTS = 2_000;
/** Filters let nearly everything pass if so many of the newest documents... */
const PASSING_MATCHES = 90;
/** ...are found among so many. */
const PASSING_DOCUMENTS = 100;

interface Word {
  readonly text: string;
  /** The last word counts as the beginning of a word. */
  readonly isPrefix: boolean;
}

const wordsOf = ({ words, lastWord }: SearchRead): Word[] => [
  ...words.map((text) => ({ text, isPrefix: false })),
  { text: lastWord, isPrefix: true },
];

const show = ({ text, isPrefix }: Word): string => (isPrefix ? `"${text}" *` : `"${text}"`);

/** Indexes that were found to be large. They are asked once: how a small rest is ranked matters little. */
const large = new WeakMap<Connection, Set<number>>();

export class SearchPlan {
  readonly #tx: Transaction;
  readonly #table: string;
  readonly #search: SearchRead;
  readonly #passes: (rowId: number) => boolean;
  #probeFrom: number | undefined;

  /** `passes` says of one document what the search's filters say of all. */
  constructor(tx: Transaction, search: SearchRead, passes: (rowId: number) => boolean) {
    this.#tx = tx;
    this.#table = `f${search.index}`;
    this.#search = search;
    this.#passes = passes;
  }

  /** The row ids of the first `count` documents. */
  rank(count: number): number[] {
    return this.#rankRows(count).map(documentOfSearchRow);
  }

  #rankRows(count: number): number[] {
    const words = wordsOf(this.#search);
    const common = this.#isLarge() ? words.filter((word) => this.#isCommon(word)) : [];
    if (common.length === 0) return this.#byRelevance(words, count);
    const rare = words.filter((word) => !common.includes(word));
    const rows = new Set(rare.length > 0 ? this.#byRelevance(rare, count) : []);
    const exact = common.map(({ text }) => ({ text, isPrefix: false }));
    for (const operator of exact.length > 1 ? ["AND", "OR"] : ["OR"]) {
      if (rows.size >= count) break;
      for (const rowId of this.#newest(exact, operator, count)) rows.add(rowId);
    }
    return [...rows].slice(0, count);
  }

  #isLarge(): boolean {
    if (this.#tx.exactSearch) return false;
    const { connection } = this.#tx;
    const known = large.get(connection) ?? new Set();
    if (known.has(this.#search.index)) return true;
    if (this.#newestDocument(LARGE_TABLE) === undefined) return false;
    large.set(connection, known.add(this.#search.index));
    return true;
  }

  /** The row id of the document that so many newer ones follow. */
  #newestDocument(offset: number): number | undefined {
    const sql = `SELECT id FROM ${this.#table}_docsize ORDER BY id DESC LIMIT 1 OFFSET +?`;
    return this.#tx.connection.row(sql, offset)?.[0] as number | undefined;
  }

  #isCommon({ text }: Word): boolean {
    const sql = `SELECT rowid FROM ${this.#table} WHERE ${this.#table} MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET +?`;
    const match = this.#tx.connection.row(sql, `t : "${text}"`, PROBE_MATCHES - 1)?.[0];
    this.#probeFrom ??= this.#newestDocument(PROBE_DOCUMENTS) ?? 0;
    return typeof match === "number" && match >= this.#probeFrom;
  }

  #match(words: Word[], operator: string): string {
    const text = textMatch(words, operator);
    return this.#search.filters.length === 0 ? text : `${this.#filterMatch()} AND ${text}`;
  }

  #filterMatch(): string {
    return `f : (${this.#search.filters.join(" AND ")})`;
  }

  #byRelevance(words: Word[], count: number): number[] {
    if (this.#search.filters.length === 0) return this.#best(words, "", count);
    return this.#bestThatPass(words, count) ?? this.#best(words, `AND +rowid IN (${this.#select("")}) `, count);
  }

  /** Where nearly everything passes the filters, it costs least to look at what is found; undefined where it does not. */
  #bestThatPass(words: Word[], count: number): number[] | undefined {
    if (!this.#isNearlyAll()) return undefined;
    const found = this.#best(words, "", 2 * count);
    const passing: number[] = [];
    for (const row of found) {
      if (passing.length === count) break;
      if (this.#passes(documentOfSearchRow(row))) passing.push(row);
    }
    return passing.length === count || found.length < 2 * count ? passing : undefined;
  }

  #isNearlyAll(): boolean {
    const from = this.#newestDocument(PASSING_DOCUMENTS);
    if (from === undefined) return false;
    const sql = this.#select("ORDER BY rowid DESC LIMIT 1 OFFSET +?");
    const match = this.#tx.connection.row(sql, this.#filterMatch(), PASSING_MATCHES - 1)?.[0];
    return typeof match === "number" && match >= from;
  }

  #best(words: Word[], filter: string, count: number): number[] {
    const sql = this.#select(`${filter}ORDER BY bm25(${this.#table}, 1.0, 0.0), rowid DESC LIMIT +?`);
    // bm25 counts the rows of every phrase it is given, so the filters, which may stand in all rows, are not given to it.
    return this.#rows(sql, textMatch(words, "OR"), ...(filter === "" ? [] : [this.#match(words, "OR")]), count);
  }

  #newest(words: Word[], operator: string, count: number): number[] {
    return this.#rows(this.#select("ORDER BY rowid DESC LIMIT +?"), this.#match(words, operator), count);
  }

  #select(rest: string): string {
    return `SELECT rowid FROM ${this.#table} WHERE ${this.#table} MATCH ? ${rest}`;
  }

  #rows(sql: string, ...params: SqlValue[]): number[] {
    return this.#tx.connection.rows(sql, ...params).map(([rowId]) => rowId as number);
  }
}

const textMatch = (words: Word[], operator: string): string => `t : (${words.map(show).join(` ${operator} `)})`;
