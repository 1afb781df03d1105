/**
 * One page of a list, and the cursor to the next. A cursor is the place of the last row that was looked at: it holds
 * nothing secret and grants nothing (the tenant comes from the key), and it stays valid when rows come and go.
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
  },
): Promise<Page<Item>> {
  const items: Item[] = [];
  const spent = { rows: 0, scan: 0, page: 0 };
  let last: Row | undefined;
  for await (const row of rows) {
    const item = page.present(row);
    const bytes = page.bytesOf(row);
    const full =
      items.length === page.limit ||
      (item !== undefined && items.length > 0 && spent.page + bytes > PAGE_BYTES) ||
      spent.rows >= SCAN_ROWS ||
      spent.scan > SCAN_BYTES;
    if (full && last !== undefined) return { items, cursor: encodeCursor(page.placeOf(last)) };
    last = row;
    spent.rows++;
    spent.scan += bytes;
    if (item === undefined) continue;
    spent.page += bytes;
    items.push(item);
  }
  return { items };
}

export function encodeCursor(place: Place): string {
  return btoa(JSON.stringify(place)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function parseCursor<T>(cursor: string, form: z.ZodType<T>): T {
  try {
    return form.parse(JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/"))));
  } catch {
    throw new AppError("bad_cursor", "cursor: is not one that this list gave");
  }
}
