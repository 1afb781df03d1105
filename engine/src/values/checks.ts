/** The limits of a single value or document, with the backend's sentences. */
import { displayJson, displaySize } from "./display.ts";
import type { Json, JsonObject } from "./json.ts";
import { scalarTag } from "./json.ts";
import { sizeOfJson } from "./size.ts";

export const MAX_NESTING = 64;
export const MAX_DOCUMENT_NESTING = 16;
export const MAX_DOCUMENT_SIZE = 1 << 20;
const MAX_ARRAY_LENGTH = 8192;
const MAX_OBJECT_FIELDS = 1024;
const MAX_FIELD_NAME_LENGTH = 1024;

const INVALID_FIELD_CHARACTER = /[^ -~]/u;

/** Throws for a name no object may have as a field. */
function checkFieldName(name: string): void {
  if (name.startsWith("$")) throw new Error(`Field name ${name} starts with '$', which is reserved.`);
  const invalid = INVALID_FIELD_CHARACTER.exec(name);
  if (invalid) {
    const shown = displayJson(invalid[0]).slice(1, -1);
    throw new Error(
      `Field name ${name} has invalid character '${shown}': Field names can only contain non-control ASCII characters`,
    );
  }
  if (name.length > MAX_FIELD_NAME_LENGTH)
    throw new Error(`Field name is too long (${name.length} > maximum ${MAX_FIELD_NAME_LENGTH})`);
}

function checkScalar(tag: string, object: JsonObject, isFromClient: boolean): void {
  const content = object[tag];
  if (tag === "$commitTs" && content === null && !isFromClient) return;
  if (typeof content === "string" && Object.keys(object).length === 1) {
    if (tag === "$bytes") return;
    if (tag === "$integer" || tag === "$float") {
      const length = Buffer.byteLength(content, "base64");
      if (length === 8) return;
      throw new Error(`Received ${length} bytes, expected 8 for ${tag}`);
    }
  }
  checkFieldName(tag);
  throw new Error(`Malformed ${tag} field`);
}

/** Levels of arrays and objects; stops with an error past 64, so the depth of hostile input does not matter. */
function nestingOf(value: Json, outer: number, isFromClient: boolean): number {
  // `1e400` of a JSON text: no number, and JSON again it would be null.
  if (isFromClient && typeof value === "number" && !Number.isFinite(value)) throw new Error("number out of range");
  if (typeof value !== "object" || value === null) return 0;
  if (outer >= MAX_NESTING && (Array.isArray(value) || scalarTag(value) === undefined)) {
    throw new Error(`Value is too nested (nested ${MAX_NESTING + 1} levels deep > maximum nesting ${MAX_NESTING})`);
  }
  let deepest = 0;
  if (Array.isArray(value)) {
    if (value.length > MAX_ARRAY_LENGTH)
      throw new Error(`Array length is too long (${value.length} > maximum length ${MAX_ARRAY_LENGTH})`);
    for (const element of value) deepest = Math.max(deepest, nestingOf(element, outer + 1, isFromClient));
    return deepest + 1;
  }
  const tag = scalarTag(value);
  if (tag !== undefined) {
    checkScalar(tag, value, isFromClient);
    return 0;
  }
  let fields = 0;
  for (const name in value) {
    fields++;
    checkFieldName(name);
    deepest = Math.max(deepest, nestingOf(value[name] as Json, outer + 1, isFromClient));
  }
  if (fields > MAX_OBJECT_FIELDS)
    throw new Error(`Object has too many fields (${fields} > maximum number ${MAX_OBJECT_FIELDS})`);
  return deepest + 1;
}

/**
 * Throws unless this is a well-formed Convex value within Convex's limits of nesting and lengths.
 * @param outer levels around it that count, too: arguments lie in an array, so 1.
 * @returns how deeply it is nested
 */
export function checkValue(value: Json, outer = 0): number {
  return nestingOf(value, outer, false);
}

/** The same for what comes from outside the app, where there is no commit whose timestamp could be awaited. */
export function checkClientValue(value: Json): void {
  nestingOf(value, 0, true);
}

function systemFieldViolations(value: Json, violations: string[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value) systemFieldViolations(element, violations);
    return;
  }
  for (const name in value) {
    if (name.charCodeAt(0) === UNDERSCORE)
      violations.push(`Field '${name}' starts with an underscore, which is not allowed for nested fields`);
    systemFieldViolations(value[name] as Json, violations);
  }
}

const UNDERSCORE = 95;

/**
 * Throws unless this document, system fields included, may be stored.
 * @returns its size
 */
export function checkDocument(document: JsonObject): number {
  const violations: string[] = [];
  const nesting = checkValue(document);
  if (nesting > MAX_DOCUMENT_NESTING) {
    violations.push(`Document is too nested (nested ${nesting} levels deep > maximum nesting ${MAX_DOCUMENT_NESTING})`);
  }
  for (const name in document) {
    if (name.charCodeAt(0) === UNDERSCORE && name !== "_id" && name !== "_creationTime")
      violations.push(`Field '${name}' starts with an underscore, which is only allowed for system fields like '_id'`);
    systemFieldViolations(document[name] as Json, violations);
  }
  if (violations.length > 0) {
    throw new Error(`Document(value: ${displayJson(document)}) isn't a valid document: ${violations.join("\n ")}`);
  }
  const size = sizeOfJson(document);
  if (size > MAX_DOCUMENT_SIZE) {
    throw new Error(`Value is too large (${displaySize(size)} > maximum size ${displaySize(MAX_DOCUMENT_SIZE)})`);
  }
  return size;
}
