/**
 * One page of a list, and the cursor to the next. A cursor is the place of the last row that was looked at: it holds
 * nothing secret and grants nothing (the tenant comes from the key), and it stays valid when rows come and go. Where a
 * list has filters, a digest of what was asked stands behind the place: with other filters it would skip rows.
 */

import { AppError } from "@moorage/shared/errors";
import { PAGE_BYTES } from "@moorage/shared/limits";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type * as z from "zod";
import { base64url, canonicalJson, digestOf } from "./encoding.ts";

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

/** Rows of the same moment come in the order of their ids; those up to the cursor's were on the page before. */
export const isPast = (
  row: { _id: string; _creationTime: number },
  after: readonly [kind: string, at: number, id: string] | undefined,
) => after !== undefined && row._creationTime === after[1] && row._id >= after[2];

export function encodeCursor(place: Place, asked?: object): string {
  const whole = asked === undefined ? place : [...place, markOf(asked)];
  return base64url(utf8ToBytes(JSON.stringify(whole)));
}

/** The place that a cursor holds, when it came from the same question. */
export function parseCursor<T>(cursor: string, form: z.ZodType<T>, asked?: object): T {
  const { place, mark } = read(cursor, form, asked !== undefined);
  if (asked !== undefined && mark !== markOf(asked)) {
    throw new AppError("bad_cursor", "cursor: belongs to a call with other arguments");
  }
  return place;
}

function read<T>(cursor: string, form: z.ZodType<T>, isMarked: boolean): { place: T; mark: unknown } {
  try {
    const whole = JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")));
    const mark = isMarked ? whole.pop() : undefined;
    return { place: form.parse(whole), mark };
  } catch {
    throw new AppError("bad_cursor", "cursor: is not one that this list gave");
  }
}

/** Tells one question from another, whatever the order of its fields. */
const markOf = (asked: object): string => digestOf(canonicalJson(asked)).slice(0, 8);
