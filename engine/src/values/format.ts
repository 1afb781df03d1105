/** The forms in which the HTTP API gives values to clients. */
import type { Json } from "./json.ts";
import { decodeFloat, decodeInt64, scalarTag } from "./json.ts";

function cleanNumber(value: number): Json {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** `json`: easy to read, but int64, bytes and special floats become strings. */
export function toCleanJson(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toCleanJson);
  switch (scalarTag(value)) {
    case "$integer":
      return String(decodeInt64(value["$integer"] as string));
    case "$float":
      return cleanNumber(decodeFloat(value["$float"] as string));
    case "$bytes":
      return value["$bytes"] as string;
  }
  const clean: Json = {};
  for (const key in value) clean[key] = toCleanJson(value[key] as Json);
  return clean;
}

/**
 * `export_json`, as JSON text: int64 are whole numbers, floats have a dot or an exponent, the rest is encoded.
 * Text, because JavaScript's numbers could not carry the difference.
 */
export function toExportJsonText(value: Json): string {
  if (typeof value === "number") {
    const text = String(value);
    return /[.e]/.test(text) ? text : `${text}.0`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toExportJsonText).join(",")}]`;
  switch (scalarTag(value)) {
    case "$integer":
      return String(decodeInt64(value["$integer"] as string));
    case "$float":
      return Object.is(decodeFloat(value["$float"] as string), -0) ? "-0.0" : JSON.stringify(value);
    case "$bytes":
      return JSON.stringify(value);
  }
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${toExportJsonText(field)}`);
  return `{${fields.join(",")}}`;
}
