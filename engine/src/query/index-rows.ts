import { keysOf } from "../store/access-record.ts";
import type { IndexEntry, TableEntry } from "../store/catalog.ts";
import type { Transaction } from "../store/transaction.ts";
import { afterKey, type Interval } from "./range.ts";
import type { QueryRow, RowSource } from "./rows.ts";
import type { Order } from "./wire.ts";

const later = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) < 0 ? b : a);
const earlier = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) < 0 ? a : b);

/** An interval of an index's keys. */
export class IndexRows implements RowSource {
  readonly fields: readonly string[];
  readonly #table: TableEntry;
  readonly #index: IndexEntry;
  readonly #order: Order;
  readonly #includes: ((id: string) => boolean) | undefined;
  #lower: Buffer;
  #upper: Buffer;

  constructor(
    table: TableEntry,
    index: IndexEntry,
    { lower, upper }: Interval,
    options: { order: Order; includes?: ((id: string) => boolean) | undefined },
  ) {
    this.#table = table;
    this.#index = index;
    this.#order = options.order;
    this.#includes = options.includes;
    this.#lower = lower;
    this.#upper = upper;
    this.fields = index.fields;
  }

  next(tx: Transaction, count: number): QueryRow[] {
    const isAscending = this.#order === "asc";
    const sql = isAscending ? this.#table.sql.rangeAsc : this.#table.sql.rangeDesc;
    const found = tx.connection.rows(sql, this.#index.id, this.#lower, this.#upper, count);
    const rows = found.map(([text, size, key]): QueryRow => {
      const bytes = key as Uint8Array;
      return {
        text: text as string,
        size: size as number,
        position: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      };
    });
    const last = rows.at(-1);
    const isExhausted = rows.length < count;
    if (tx.recorder !== undefined) this.#record(tx, last, isExhausted);
    if (last !== undefined) this.startAfter(last.position);
    const includes = this.#includes;
    // Where a range tells ids, it has told the time of creation, and no two documents have the same.
    return includes === undefined ? rows : rows.filter(({ text }) => includes(JSON.parse(text)._id));
  }

  /** What was consumed: up to the last row, or the whole rest if there was no more. */
  #record(tx: Transaction, last: QueryRow | undefined, isExhausted: boolean): void {
    const name = keysOf(this.#index.id);
    if (isExhausted || last === undefined) tx.recorder?.read(name, this.#lower, this.#upper);
    else if (this.#order === "asc") tx.recorder?.read(name, this.#lower, afterKey(last.position));
    else tx.recorder?.read(name, last.position, this.#upper);
  }

  startAfter(position: Buffer): void {
    if (this.#order === "asc") this.#lower = later(this.#lower, afterKey(position));
    else this.#upper = earlier(this.#upper, position);
  }

  endAt(position: Buffer): void {
    if (this.#order === "asc") this.#upper = earlier(this.#upper, afterKey(position));
    else this.#lower = later(this.#lower, position);
  }
}
