/** The table itself: its rows are in the order of creation, which is also the order of ids. */

import { rowsOf } from "../store/access-record.ts";
import type { TableEntry } from "../store/catalog.ts";
import { firstRowIdFrom } from "../store/creation-clock.ts";
import { locateDocument } from "../store/document-id.ts";
import { rowKey } from "../store/documents.ts";
import type { Transaction } from "../store/transaction.ts";
import { compareJson } from "../values/compare.ts";
import type { Json } from "../values/json.ts";
import { type Bound, idsBetween, type Range } from "./range.ts";
import type { QueryRow, RowSource } from "./rows.ts";
import type { Order } from "./wire.ts";

/** Row ids from `lower` on and before `upper`. */
export interface RowInterval {
  readonly lower: number;
  readonly upper: number;
}

export const ALL_ROWS: RowInterval = { lower: 0, upper: Number.MAX_SAFE_INTEGER };
const NO_ROWS: RowInterval = { lower: 0, upper: 0 };

/** Both ends of a range on one field, equality included. */
function boundsOf({ equals, lower, upper }: Range): { lower: Bound | undefined; upper: Bound | undefined } {
  if (equals.length === 0) return { lower, upper };
  const bound = { value: equals[0], inclusive: true };
  return { lower: bound, upper: bound };
}

/** -1 or 1 for a value that sorts before or after every creation time, 0 for a number. */
function sideOf(value: Json | undefined): -1 | 0 | 1 {
  if (typeof value === "number") return 0;
  return compareJson(value, 0) < 0 ? -1 : 1;
}

function lowerRow({ value, inclusive }: Bound): number | undefined {
  const side = sideOf(value);
  if (side === 0) return firstRowIdFrom(value as number, inclusive);
  return side < 0 ? 0 : undefined;
}

/** Rows whose creation time lies in the range. */
export function rowsByCreationTime(range: Range): RowInterval {
  const { lower, upper } = boundsOf(range);
  const from = lower === undefined ? 0 : lowerRow(lower);
  if (from === undefined) return NO_ROWS;
  if (upper === undefined) return { lower: Math.max(0, from), upper: ALL_ROWS.upper };
  const side = sideOf(upper.value);
  if (side !== 0) return side < 0 ? NO_ROWS : { lower: Math.max(0, from), upper: ALL_ROWS.upper };
  const until = firstRowIdFrom(upper.value as number, !upper.inclusive);
  return { lower: Math.max(0, from), upper: Math.max(0, Math.min(until, ALL_ROWS.upper)) };
}

export interface IdRange {
  readonly interval: RowInterval;
  /** The interval may hold rows that the range does not. */
  includes(id: string): boolean;
}

/** Rows whose id lies in the range. An id that is asked for by name is looked up; other ranges look at all rows. */
export function rowsById(range: Range, tableNumber: number): IdRange {
  const { lower, upper } = boundsOf(range);
  const includes = idsBetween(lower, upper);
  const [wanted] = range.equals;
  if (range.equals.length === 0) return { interval: ALL_ROWS, includes };
  const location = typeof wanted === "string" ? locateDocument(wanted) : null;
  if (location?.tableNumber !== tableNumber) return { interval: NO_ROWS, includes };
  return { interval: { lower: location.rowId, upper: location.rowId + 1 }, includes };
}

export class TableRows implements RowSource {
  readonly fields: readonly string[];
  readonly #table: TableEntry;
  readonly #order: Order;
  readonly #includes: ((id: string) => boolean) | undefined;
  #lower: number;
  #upper: number;

  constructor(
    table: TableEntry,
    interval: RowInterval,
    order: Order,
    options: { fields: readonly string[]; includes?: ((id: string) => boolean) | undefined },
  ) {
    this.#table = table;
    this.#order = order;
    this.#lower = interval.lower;
    this.#upper = interval.upper;
    this.fields = options.fields;
    this.#includes = options.includes;
  }

  next(tx: Transaction, count: number): QueryRow[] {
    const sql = this.#order === "asc" ? this.#table.sql.scanAsc : this.#table.sql.scanDesc;
    const rows: QueryRow[] = [];
    while (rows.length < count) {
      const wanted = count - rows.length;
      const found = tx.connection.rows(sql, this.#lower, this.#upper, wanted);
      const last = found.at(-1)?.[2] as number | undefined;
      if (tx.recorder !== undefined) this.#record(tx, found.length < wanted ? undefined : last);
      for (const [text, size, rowId] of found) {
        const row = { text: text as string, size: size as number, position: rowKey(rowId as number) };
        if (this.#includes === undefined || this.#includes(JSON.parse(row.text)._id)) rows.push(row);
      }
      if (last !== undefined) this.#pass(last);
      if (found.length < wanted) break;
    }
    return rows;
  }

  #record(tx: Transaction, last: number | undefined): void {
    const isAscending = this.#order === "asc";
    const lower = last !== undefined && !isAscending ? last : this.#lower;
    const upper = last !== undefined && isAscending ? last + 1 : this.#upper;
    tx.recorder?.read(rowsOf(this.#table.number), rowKey(lower), rowKey(upper));
  }

  #pass(rowId: number): void {
    if (this.#order === "asc") this.#lower = Math.max(this.#lower, rowId + 1);
    else this.#upper = Math.min(this.#upper, rowId);
  }

  startAfter(position: Buffer): void {
    this.#pass(Number(position.readBigUInt64BE()));
  }

  endAt(position: Buffer): void {
    const rowId = Number(position.readBigUInt64BE());
    if (this.#order === "asc") this.#upper = Math.min(this.#upper, rowId + 1);
    else this.#lower = Math.max(this.#lower, rowId);
  }
}
