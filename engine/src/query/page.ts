/** One page of a query. */
import type { Transaction } from "../store/transaction.ts";
import { type CursorPosition, decodeCursor, encodeCursor, fingerprintOf } from "./cursor.ts";
import type { QueryRow } from "./rows.ts";
import { QueryStream, type ReadMeter } from "./stream.ts";
import type { WireQuery } from "./wire.ts";

export interface PageRequest {
  query: WireQuery;
  cursor: string | null;
  endCursor: string | null;
  pageSize: number;
  maximumRowsRead: number | null;
  maximumBytesRead?: number | null;
}

export interface Page {
  rows: QueryRow[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRequired" | "SplitRecommended" | null;
}

/** A page is an array of the function's result, which may have 8,192 elements; three quarters are near enough. */
const SOFT_MAX_PAGE = 6144;
const DEFAULT_MAX_ROWS = 16_384;
const DEFAULT_MAX_BYTES = 8 << 20;
const SOFT = 0.75;

/** Convex's operations take unsigned 32-bit integers here. */
function checkCount(name: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32) return;
  throw new Error(`Invalid pagination options: \`${name}\` must be an integer from 0 to 4294967295`);
}

function checkCursor(name: string, value: unknown): void {
  if (value === null || typeof value === "string") return;
  throw new Error(`Invalid pagination options: \`${name}\` must be a string or null`);
}

function checkRequest({ cursor, endCursor, pageSize, maximumRowsRead, maximumBytesRead }: PageRequest): void {
  checkCount("numItems", pageSize);
  checkCount("maximumRowsRead", maximumRowsRead ?? 0);
  checkCount("maximumBytesRead", maximumBytesRead ?? 0);
  checkCursor("cursor", cursor);
  checkCursor("endCursor", endCursor);
  if (pageSize < 1) throw new Error("Must request at least 1 document while paginating");
  if (maximumRowsRead === 0 || maximumBytesRead === 0) {
    throw new Error("maximumRowsRead and maximumBytesRead must be greater than 0");
  }
}

/** What a page has read so far, against how much it may read. */
class PageBudget {
  readonly #positions: Buffer[] = [];
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(request: PageRequest) {
    this.#maxRows = request.maximumRowsRead ?? DEFAULT_MAX_ROWS;
    this.#maxBytes = request.maximumBytesRead ?? DEFAULT_MAX_BYTES;
  }

  /** False once the page may read no more. */
  note(row: QueryRow): boolean {
    this.#positions.push(row.position);
    this.#bytes += row.size;
    return !this.isSpent;
  }

  get isSpent(): boolean {
    return this.#positions.length >= this.#maxRows || this.#bytes >= this.#maxBytes;
  }

  get isNearlySpent(): boolean {
    return this.#positions.length > this.#maxRows * SOFT || this.#bytes > this.#maxBytes * SOFT;
  }

  /** The middle of what was read, where there is one. */
  get middle(): Buffer | undefined {
    return this.#positions.length > 2 ? this.#positions[Math.floor((this.#positions.length - 1) / 2)] : undefined;
  }
}

function readRows(stream: QueryStream, count: number): QueryRow[] {
  const rows: QueryRow[] = [];
  while (rows.length < count) {
    const row = stream.next();
    if (row === null) break;
    rows.push(row);
  }
  return rows;
}

export function readPage(
  tx: Transaction,
  component: string,
  request: PageRequest,
  meter: ReadMeter,
  secret: Buffer,
): Page {
  checkRequest(request);
  const stream = new QueryStream(tx, component, request.query, meter);
  const fingerprint = fingerprintOf(request.query, stream.source.fields);
  const seal = (position: CursorPosition): string => encodeCursor(secret, position, fingerprint);
  const start = request.cursor === null ? undefined : decodeCursor(secret, request.cursor, fingerprint);
  const end = request.endCursor === null ? undefined : decodeCursor(secret, request.endCursor, fingerprint);
  if (start === "end") {
    return { rows: [], isDone: true, continueCursor: seal("end"), splitCursor: null, pageStatus: null };
  }
  if (start !== undefined) stream.source.startAfter(start);
  if (end !== undefined && end !== "end") stream.source.endAt(end);

  const budget = new PageBudget(request);
  stream.onRead = (row) => budget.note(row);
  if (end === undefined) stream.expect(request.pageSize);
  const rows = readRows(stream, end === undefined ? request.pageSize : Number.POSITIVE_INFINITY);

  const isCut = budget.isSpent && !stream.isFinished;
  const last = stream.lastRead?.position;
  let position: CursorPosition;
  if (isCut && last !== undefined) position = last;
  else if (end !== undefined) position = end;
  else position = stream.isFinished || last === undefined ? "end" : last;
  const middle = budget.middle;
  return {
    rows,
    isDone: position === "end",
    continueCursor: seal(position),
    splitCursor: middle === undefined ? null : seal(middle),
    pageStatus: isCut
      ? "SplitRequired"
      : budget.isNearlySpent || rows.length > SOFT_MAX_PAGE
        ? "SplitRecommended"
        : null,
  };
}
