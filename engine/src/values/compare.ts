import type { Json } from "./json.ts";
import { encodeSortKey } from "./sort-key.ts";

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** UTF-8 order from UTF-16 units: only surrogates, which stand for code points above all others, sort elsewhere. */
function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (isSurrogate(x) !== isSurrogate(y)) {
      const other = isSurrogate(x) ? y : x;
      if (other > 0xdfff) return isSurrogate(x) ? 1 : -1;
    }
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** Convex's order of two values, `undefined` being a missing field: negative, zero or positive. */
export function compareJson(a: Json | undefined, b: Json | undefined): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : 1;
  return Buffer.compare(encodeSortKey(a), encodeSortKey(b));
}
