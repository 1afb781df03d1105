import type { Json, JsonObject } from "./json.ts";
import { decodeFloat, decodeInt64, scalarTag } from "./json.ts";

const ESCAPES: Record<string, string> = {
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};
// What Rust's `{:?}` escapes in a string: quotes, backslashes and whatever is not printable on its own.
const UNPRINTABLE = /["\\]|[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Grapheme_Extend}]|(?! )\p{Zs}/gu;

/** A string as the backend prints it in messages. */
export function displayText(text: string): string {
  const escaped = text.replace(
    UNPRINTABLE,
    (char) => ESCAPES[char] ?? `\\u{${(char.codePointAt(0) as number).toString(16)}}`,
  );
  return `"${escaped}"`;
}

/** A number as the backend prints it: always with a dot or an exponent. */
export function displayNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace("e+", "e");
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

function displayObject(value: JsonObject): string {
  switch (scalarTag(value)) {
    case "$integer":
      return String(decodeInt64(value["$integer"] as string));
    case "$float":
      return displayNumber(decodeFloat(value["$float"] as string));
    case "$bytes":
      return `b${displayText(value["$bytes"] as string)}`;
    case "$commitTs":
      // Until the commit the timestamp counts as the largest int64, in messages too.
      return "9223372036854775807";
  }
  const fields = Object.keys(value).sort();
  return `{${fields.map((field) => `${field}: ${displayJson(value[field] as Json)}`).join(", ")}}`;
}

/** A value as the backend prints it in messages, such as `{count: 1.0, name: "a"}`. */
export function displayJson(value: Json): string {
  if (typeof value === "string") return displayText(value);
  if (typeof value === "number") return displayNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(displayJson).join(", ")}]`;
  return displayObject(value);
}

const UNITS = ["B", "KiB", "MiB", "GiB"];

/** A number of bytes as the backend prints it, such as `1 MiB` or `1.50 MiB`. */
export function displaySize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${Number.isInteger(size) ? size : size.toFixed(2)} ${UNITS[unit]}`;
}
