/**
 * One page of a list, and the cursor to the next. A cursor is the place of the last row that was looked at: it holds
 * nothing secret and grants nothing (the tenant comes from the key), and it stays valid when rows come and go. Where a
 * list has filters, a digest of what was asked stands behind the place: with other filters it would skip rows.
 */
import { AppError } from "@moorage/shared/errors";
import { PAGE_BYTES } from "@moorage/shared/limits";
import type * as z from "zod";

/** How far one page looks for rows that match; both stay far below what one Convex query may read. */
const SCAN_ROWS = 2_000;
const SCAN_BYTES = 8 * 1024 * 1024;

export interface Page<Item> {
  items: Item[];
  cursor?: string;
}

type Place = readonly (string | number)[];

/** Ends a page at `limit` items, at the bytes a tool's result may carry, or when it has looked at enough rows. */
export async function fillPage<Row, Item>(
  rows: AsyncIterable<Row>,
  page: {
    limit: number;
    /** The item a row becomes; undefined where the row does not match. */
    present: (row: Row) => Item | undefined;
    bytesOf: (row: Row) => number;
    placeOf: (row: Row) => Place;
    /** What was asked, whatever the page; the cursor is good for this alone. */
    asked?: object;
    /** Content beside the first page's items, which may leave room for none of them: the next page then starts there. */
    beside?: { bytes: number; start: Place };
  },
): Promise<Page<Item>> {
  const items: Item[] = [];
  const spent = { rows: 0, scan: 0, page: page.beside?.bytes ?? 0 };
  let last: Row | undefined;
  for await (const row of rows) {
    const item = page.present(row);
    const bytes = page.bytesOf(row);
    const full =
      items.length === page.limit ||
      (item !== undefined && (items.length > 0 || page.beside !== undefined) && spent.page + bytes > PAGE_BYTES) ||
      spent.rows >= SCAN_ROWS ||
      spent.scan > SCAN_BYTES;
    const place = last === undefined ? page.beside?.start : page.placeOf(last);
    if (full && place !== undefined) return { items, cursor: encodeCursor(place, page.asked) };
    last = row;
    spent.rows++;
    spent.scan += bytes;
    if (item === undefined) continue;
    spent.page += bytes;
    items.push(item);
  }
  return { items };
}

export function encodeCursor(place: Place, asked?: object): string {
  const whole = asked === undefined ? place : [...place, digestOf(asked)];
  return btoa(JSON.stringify(whole)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The place that a cursor holds, when it came from the same question. */
export function parseCursor<T>(cursor: string, form: z.ZodType<T>, asked?: object): T {
  const { place, digest } = read(cursor, form, asked !== undefined);
  if (asked !== undefined && digest !== digestOf(asked)) {
    throw new AppError("bad_cursor", "cursor: belongs to a call with other arguments");
  }
  return place;
}

function read<T>(cursor: string, form: z.ZodType<T>, isMarked: boolean): { place: T; digest: unknown } {
  try {
    const whole = JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")));
    const digest = isMarked ? whole.pop() : undefined;
    return { place: form.parse(whole), digest };
  } catch {
    throw new AppError("bad_cursor", "cursor: is not one that this list gave");
  }
}

/** Tells one question from another: FNV-1a over its fields in order. */
function digestOf(asked: object): string {
  const said = Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(said)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash >>> 0).toString(36);
}
