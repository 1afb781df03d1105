import type { Json, JsonObject } from "./json.ts";
import { scalarTag } from "./json.ts";

const LONG_TEXT = 64;

function sizeOfText(text: string): number {
  if (text.length > LONG_TEXT) return Buffer.byteLength(text);
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text);
  return text.length;
}

function sizeOfObject(value: JsonObject): number {
  switch (scalarTag(value)) {
    case "$integer":
    case "$float":
    case "$commitTs":
      return 9;
    case "$bytes":
      return 2 + Buffer.byteLength(value["$bytes"] as string, "base64");
    case "$undefined":
      return 0;
  }
  let size = 2;
  for (const key in value) size += sizeOfText(key) + 1 + sizeOfJson(value[key] as Json);
  return size;
}

/** A value's size as Convex accounts for it: one byte of type, the content, one terminator where there is one. */
export function sizeOfJson(value: Json): number {
  switch (typeof value) {
    case "string":
      return 2 + sizeOfText(value);
    case "number":
      return 9;
    case "boolean":
      return 1;
  }
  if (value === null) return 1;
  if (!Array.isArray(value)) return sizeOfObject(value);
  let size = 2;
  for (const element of value) size += sizeOfJson(element);
  return size;
}
