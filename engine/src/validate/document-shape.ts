/** What a table's document validator says about its fields, asked when indexes are declared over them. */
import type { ValidatorJson } from "./validator-json.ts";

/** Whether a document that matches can have this field. */
export function canContainField(json: ValidatorJson, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined || json.type === "any") return true;
  if (json.type === "union") return json.value.some((member) => canContainField(member, path));
  if (json.type !== "object") return false;
  const field = Object.hasOwn(json.value, step) ? json.value[step] : undefined;
  return field !== undefined && canContainField(field.fieldType, rest);
}

function isVector(json: ValidatorJson): boolean {
  if (json.type === "array") return json.value.type === "number" || json.value.type === "any";
  return json.type === "any" || (json.type === "union" && json.value.some(isVector));
}

/** Whether this field can be an array of floats. */
export function canBeVector(json: ValidatorJson, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return isVector(json);
  if (json.type === "any") return true;
  if (json.type === "union") return json.value.some((member) => canBeVector(member, path));
  if (json.type !== "object") return false;
  const field = Object.hasOwn(json.value, step) ? json.value[step] : undefined;
  return field === undefined || canBeVector(field.fieldType, rest);
}
