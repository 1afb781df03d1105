/** Validators as closures over Convex-encoded JSON. Compiled once, they run on every argument, result and write. */
import { tableNumberOf } from "../values/id.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { isPlainObject, scalarTag } from "../values/json.ts";
import { Failure } from "./failure.ts";
import { isIdentifier } from "./field-path.ts";
import type { FieldJson, ObjectJson, ValidatorJson } from "./validator-json.ts";
import { displayValidator } from "./validator-json.ts";

/** The tables an id may be of, as the component that owns the validator sees them. */
export interface TableNames {
  tableNameOf(tableNumber: number): string | undefined;
}

/** Null if the value matches. */
export type Check = (value: Json) => Failure | null;

export interface CompileOptions {
  readonly tables: TableNames;
  /** For documents: top-level fields that start with an underscore are none of the validator's business. */
  readonly ignoreSystemFields?: boolean;
}

const UNDERSCORE = 95;

function compileLeaf(json: ValidatorJson, matches: (value: Json) => boolean): Check {
  return (value) => (matches(value) ? null : new Failure({ kind: "noMatch", value, validator: json }));
}

function hasTag(value: Json, ...tags: string[]): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const tag = scalarTag(value);
  return tag !== undefined && tags.includes(tag);
}

// Until the commit a commit timestamp counts as the largest int64, so both validators take both.
const isInt64 = (value: Json): boolean => hasTag(value, "$integer", "$commitTs");

const LEAVES: Record<string, (value: Json) => boolean> = {
  null: (value) => value === null,
  number: (value) => typeof value === "number" || hasTag(value, "$float"),
  bigint: isInt64,
  commitTs: isInt64,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  bytes: (value) => hasTag(value, "$bytes"),
};

function sameLiteral(value: Json, literal: Json): boolean {
  if (typeof literal !== "object" || literal === null) return value === literal;
  return JSON.stringify(value) === JSON.stringify(literal);
}

function compileId(json: ValidatorJson & { type: "id" }, tables: TableNames): Check {
  return (value) => {
    const number = typeof value === "string" ? tableNumberOf(value) : null;
    const foundTable = number === null ? undefined : tables.tableNameOf(number);
    if (foundTable === json.tableName) return null;
    if (foundTable === undefined) return new Failure({ kind: "noMatch", value, validator: json });
    return new Failure({ kind: "otherTable", id: value as string, foundTable, table: json.tableName });
  };
}

function compileArray(json: ValidatorJson & { type: "array" }, options: CompileOptions): Check {
  const element = compileValidator(json.value, { tables: options.tables });
  return (value) => {
    if (!Array.isArray(value)) return new Failure({ kind: "noMatch", value, validator: json });
    for (let i = 0; i < value.length; i++) {
      const failure = element(value[i] as Json);
      if (failure) return failure.under(`[${i}]`);
    }
    return null;
  };
}

function checkRecordDefinition(json: ValidatorJson & { type: "record" }): void {
  const isStringLiteral = (keys: ValidatorJson): boolean =>
    (keys.type === "literal" && typeof keys.value === "string") ||
    (keys.type === "union" && keys.value.some(isStringLiteral));
  const isText = (keys: ValidatorJson): boolean =>
    keys.type === "string" ||
    keys.type === "id" ||
    isStringLiteral(keys) ||
    (keys.type === "union" && keys.value.every(isText));
  if (!isText(json.keys)) {
    throw new Error(
      `Records can only have string keys. Your validator contains a record with key typed as \`${displayValidator(json.keys)}\`, which is not a subtype of \`v.string()\``,
    );
  }
  if (isStringLiteral(json.keys)) throw new Error("Records cannot have string literal keys");
  if (json.values.optional) throw new Error("Records cannot have optional values");
}

function compileRecord(json: ValidatorJson & { type: "record" }, options: CompileOptions): Check {
  checkRecordDefinition(json);
  const keys = compileValidator(json.keys, { tables: options.tables });
  const values = compileValidator(json.values.fieldType, { tables: options.tables });
  return (value) => {
    if (!isPlainObject(value)) return new Failure({ kind: "noMatch", value, validator: json });
    for (const name of Object.keys(value).sort()) {
      const failure = keys(name)?.under(".keys()") ?? values(value[name] as Json)?.under(".values()") ?? null;
      if (failure) return failure;
    }
    return null;
  };
}

export function withoutSystemFields<T>(object: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name.charCodeAt(0) !== UNDERSCORE));
}

function checkIdentifier(name: string): void {
  if (!isIdentifier(name)) {
    throw new Error(
      `Identifier ${name} is invalid: Identifiers must start with an alphabetic character or underscore and can only contain alphanumeric characters or underscores, at most 64 of them`,
    );
  }
}

function compileFields(json: ObjectJson, tables: TableNames): { name: string; optional: boolean; check: Check }[] {
  return Object.keys(json.value)
    .sort()
    .map((name) => {
      checkIdentifier(name);
      const field = json.value[name] as FieldJson;
      try {
        return { name, optional: field.optional, check: compileValidator(field.fieldType, { tables }) };
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Invalid validator for key \`${name}\`: ${message}`, { cause });
      }
    });
}

function compileObject(json: ObjectJson, options: CompileOptions): Check {
  const isDocument = options.ignoreSystemFields === true;
  const validator: ObjectJson = isDocument ? { type: "object", value: withoutSystemFields(json.value) } : json;
  const fields = compileFields(validator, options.tables);
  const names = new Set(fields.map((field) => field.name));
  const shown = (value: JsonObject): JsonObject => (isDocument ? withoutSystemFields(value) : value);

  function extraField(value: JsonObject): Failure {
    const field = Object.keys(shown(value))
      .sort()
      .find((name) => !names.has(name)) as string;
    return new Failure({ kind: "extraField", field, object: shown(value), validator });
  }

  return (value) => {
    if (!isPlainObject(value)) return new Failure({ kind: "noMatch", value, validator });
    let present = 0;
    for (const { name, optional, check } of fields) {
      if (Object.hasOwn(value, name)) {
        present++;
        const failure = check(value[name] as Json);
        if (failure) return failure.under(`.${name}`);
      } else if (!optional) return new Failure({ kind: "missingField", field: name, object: shown(value), validator });
    }
    for (const name in value) if (!isDocument || name.charCodeAt(0) !== UNDERSCORE) present--;
    return present === 0 ? null : extraField(value);
  };
}

function compileUnion(json: ValidatorJson & { type: "union" }, options: CompileOptions): Check {
  const members = json.value.map((member) => compileValidator(member, options));
  const [only] = members;
  if (only && members.length === 1) return only;
  return (value) => {
    for (const member of members) if (member(value) === null) return null;
    const shown = options.ignoreSystemFields && isPlainObject(value) ? withoutSystemFields(value) : value;
    return new Failure({ kind: "noMatch", value: shown, validator: json });
  };
}

/** @throws Error with the backend's sentence when the validator itself is invalid. */
export function compileValidator(json: ValidatorJson, options: CompileOptions): Check {
  const matches = LEAVES[json.type];
  if (matches) return compileLeaf(json, matches);
  switch (json.type) {
    case "any":
      return () => null;
    case "literal":
      return (value) =>
        sameLiteral(value, json.value) ? null : new Failure({ kind: "literal", value, literal: json.value });
    case "id":
      return compileId(json, options.tables);
    case "array":
      return compileArray(json, options);
    case "record":
      return compileRecord(json, options);
    case "object":
      return compileObject(json, options);
    case "union":
      return compileUnion(json, options);
    default:
      throw new Error(`Unknown validator type "${json.type}"`);
  }
}
