import type { Transaction } from "../store/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { compileSource } from "./compile.ts";
import { compileFilter } from "./filter.ts";
import type { QueryRow, RowSource } from "./rows.ts";
import { checkOperators, type WireQuery } from "./wire.ts";

/** Counts what a transaction reads, and throws at its limits. */
export interface ReadMeter {
  countQuery(): void;
  countRead(bytes: number): void;
}

const FIRST_BATCH = 32;
const LARGEST_BATCH = 512;

/** Passes the row on, drops it, or ends the stream. */
type Stage = (document: () => JsonObject) => "pass" | "drop" | "end";

function limitStage(limit: number): Stage {
  let left = limit;
  return () => {
    left--;
    return left < 0 ? "end" : "pass";
  };
}

function filterStage(filter: { filter: Json }): Stage {
  const matches = compileFilter(filter.filter);
  return (document) => (matches(document()) ? "pass" : "drop");
}

/** A query being read: rows of its source, through its operators in their order. Lazy. */
export class QueryStream {
  readonly source: RowSource;
  readonly #tx: Transaction;
  readonly #meter: ReadMeter;
  readonly #stages: Stage[];
  /** No more rows than this can come out, so no more are fetched at first. */
  readonly #limit: number;
  #left: number;
  #batch = FIRST_BATCH;
  #rows: QueryRow[] = [];
  #at = 0;
  #isExhausted = false;
  #hasCounted = false;
  /** The last row taken from the source, whether or not it passed. */
  lastRead: QueryRow | undefined;
  /** Told of every row taken from the source; the stream stops after a row for which it answers false. */
  onRead: ((row: QueryRow) => boolean) | undefined;
  #isStopped = false;
  /** `next` has found that nothing more comes. */
  isFinished = false;

  constructor(tx: Transaction, component: string, query: WireQuery, meter: ReadMeter) {
    checkOperators(query.operators);
    this.source = compileSource(tx, component, query.source);
    this.#tx = tx;
    this.#meter = meter;
    this.#stages = query.operators.map((operator) =>
      "limit" in operator ? limitStage(operator.limit) : filterStage(operator),
    );
    this.#limit = Math.min(...query.operators.map((each) => ("limit" in each ? each.limit : Number.POSITIVE_INFINITY)));
    this.#left = this.#limit;
    const [first] = query.operators;
    if (first !== undefined && "limit" in first) this.#batch = Math.min(first.limit, LARGEST_BATCH);
  }

  /** The next document's text, or null at the end. */
  next(): QueryRow | null {
    if (!this.#hasCounted) {
      this.#hasCounted = true;
      this.#meter.countQuery();
    }
    while (this.#left > 0 && !this.#isStopped) {
      const row = this.#take();
      if (row === undefined) break;
      const verdict = this.#pipe(row);
      if (verdict === "end") break;
      if (verdict === "pass") {
        this.#left--;
        return row;
      }
    }
    this.isFinished = !this.#isStopped;
    return null;
  }

  #take(): QueryRow | undefined {
    if (this.#at >= this.#rows.length && !this.#fetch()) return undefined;
    const row = this.#rows[this.#at] as QueryRow;
    this.#at++;
    this.lastRead = row;
    this.#meter.countRead(row.size);
    if (this.onRead !== undefined) this.#isStopped = !this.onRead(row);
    return row;
  }

  #fetch(): boolean {
    if (this.#isExhausted || this.#batch === 0) return false;
    this.#rows = this.source.next(this.#tx, this.#batch);
    this.#at = 0;
    if (this.#rows.length < this.#batch) this.#isExhausted = true;
    this.#batch = Math.min(this.#batch * 2, LARGEST_BATCH);
    return this.#rows.length > 0;
  }

  #pipe(row: QueryRow): "pass" | "drop" | "end" {
    if (this.#stages.length === 0) return "pass";
    let parsed: JsonObject | undefined;
    const document = (): JsonObject => {
      parsed ??= JSON.parse(row.text) as JsonObject;
      return parsed;
    };
    for (const stage of this.#stages) {
      const verdict = stage(document);
      if (verdict !== "pass") return verdict;
    }
    return "pass";
  }

  /** For a page that knows how many rows it wants. */
  expect(count: number): void {
    this.#batch = Math.max(1, Math.min(count, LARGEST_BATCH));
  }
}
