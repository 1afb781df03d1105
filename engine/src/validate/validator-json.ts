import { displayNumber } from "../values/display.ts";
import type { Json } from "../values/json.ts";
import { decodeFloat } from "../values/json.ts";

/** A validator as the `convex` package exports it: `exportArgs()`, `exportReturns()` and `documentType`. */
export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "commitTs" | "boolean" | "string" | "bytes" | "any" }
  | { type: "literal"; value: Json }
  | { type: "id"; tableName: string }
  | { type: "array"; value: ValidatorJson }
  | { type: "record"; keys: ValidatorJson; values: FieldJson }
  | ObjectJson
  | { type: "union"; value: ValidatorJson[] };

export interface ObjectJson {
  type: "object";
  value: Record<string, FieldJson>;
}

export interface FieldJson {
  fieldType: ValidatorJson;
  optional: boolean;
}

/** A literal as the backend prints it: as JSON where JSON has it. */
export function displayLiteral(literal: Json): string {
  if (typeof literal === "number") return displayNumber(literal);
  if (typeof literal === "object" && literal !== null && "$integer" in literal) return "<bigint>";
  if (typeof literal === "object" && literal !== null && "$float" in literal) {
    const value = decodeFloat(literal["$float"] as string);
    return Number.isFinite(value) ? displayNumber(value) : "<number>";
  }
  return JSON.stringify(literal);
}

function displayField(field: FieldJson): string {
  const text = displayValidator(field.fieldType);
  return field.optional ? `v.optional(${text})` : text;
}

/** A validator as the backend prints it in messages, such as `v.object({name: v.optional(v.string())})`. */
export function displayValidator(json: ValidatorJson): string {
  switch (json.type) {
    case "number":
      return "v.float64()";
    case "bigint":
      return "v.int64()";
    case "literal":
      return `v.literal(${displayLiteral(json.value)})`;
    case "id":
      return `v.id("${json.tableName}")`;
    case "array":
      return `v.array(${displayValidator(json.value)})`;
    case "record":
      return `v.record(${displayValidator(json.keys)}, ${displayValidator(json.values.fieldType)})`;
    case "union":
      return `v.union(${json.value.map(displayValidator).join(", ")})`;
    case "object": {
      const names = Object.keys(json.value).sort();
      return `v.object({${names.map((name) => `${name}: ${displayField(json.value[name] as FieldJson)}`).join(", ")}})`;
    }
    default:
      return `v.${json.type}()`;
  }
}
