import { isDeepStrictEqual } from "node:util";

/** Whether two values of JSON or TOML say the same, whatever order their members are in. */
export const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(plain(one), plain(other));

/** Without what sets a library's tables, dates and large numbers apart from plain values. */
const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one)));
