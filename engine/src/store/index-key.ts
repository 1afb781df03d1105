import type { Json, JsonObject } from "../values/json.ts";
import { isPlainObject } from "../values/json.ts";
import { encodeSortKeys } from "../values/sort-key.ts";
import type { FieldPath, IndexEntry } from "./catalog.ts";

/** The value at a path of fields; undefined where there is none. */
export function valueAt(document: JsonObject, path: FieldPath): Json | undefined {
  let value: Json | undefined = document;
  for (const field of path) {
    if (!isPlainObject(value) || !Object.hasOwn(value, field)) return undefined;
    value = value[field];
  }
  return value;
}

/** A document's place in an index: its indexed values, then its creation time, which no other document has. */
export function indexKey(index: IndexEntry, document: JsonObject): Buffer {
  const values = index.paths.map((path) => valueAt(document, path));
  values.push(document["_creationTime"]);
  return encodeSortKeys(values);
}
