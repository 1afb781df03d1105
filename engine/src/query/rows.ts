/** Where a query's rows come from: an index, the table itself, or a search. */
import type { Transaction } from "../store/transaction.ts";

export interface QueryRow {
  /** The document, Convex-encoded. */
  readonly text: string;
  readonly size: number;
  /** Its place in the source, for cursors. */
  readonly position: Buffer;
}

/** Rows of one source in one order. Nothing is read before the first `next`. */
export interface RowSource {
  /** Up to `count` further rows; fewer only when the source has no more. */
  next(tx: Transaction, count: number): QueryRow[];
  /** Narrows the source to what comes after (`start`) or up to and including (`end`) a position. */
  startAfter(position: Buffer): void;
  endAt(position: Buffer): void;
  /** The fields that a cursor's meaning depends on. */
  readonly fields: readonly string[];
}
