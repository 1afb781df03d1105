/** Why a value does not match its validator, in the backend's sentences. */
import { displayJson } from "../values/display.ts";
import type { Json } from "../values/json.ts";
import type { ObjectJson, ValidatorJson } from "./validator-json.ts";
import { displayLiteral, displayValidator } from "./validator-json.ts";

type Reason =
  | { kind: "noMatch"; value: Json; validator: ValidatorJson }
  | { kind: "literal"; value: Json; literal: Json }
  | { kind: "missingField"; field: string; object: Json; validator: ObjectJson }
  | { kind: "extraField"; field: string; object: Json; validator: ObjectJson }
  | { kind: "otherTable"; id: string; foundTable: string; table: string };

function explain(reason: Reason, path: string): string {
  switch (reason.kind) {
    case "noMatch":
      return `Value does not match validator.\n${path}\nValue: ${displayJson(reason.value)}\nValidator: ${displayValidator(reason.validator)}`;
    case "literal":
      return `\`${displayJson(reason.value)}\` does not match literal validator \`v.literal(${displayLiteral(reason.literal)})\`.${path}`;
    case "missingField":
      return `Object is missing the required field \`${reason.field}\`. Consider wrapping the field validator in \`v.optional(...)\` if this is expected.\n${path}\nObject: ${displayJson(reason.object)}\nValidator: ${displayValidator(reason.validator)}`;
    case "extraField":
      return `Object contains extra field \`${reason.field}\` that is not in the validator.\n${path}\nObject: ${displayJson(reason.object)}\nValidator: ${displayValidator(reason.validator)}`;
    case "otherTable": {
      const source = reason.foundTable.startsWith("_") ? "a system table" : `table \`${reason.foundTable}\``;
      return `Found ID "${reason.id}" from ${source}, which does not match the table name in validator \`v.id("${reason.table}")\`.${path}`;
    }
  }
}

/** Built where the mismatch is; each level above adds its part of the path while the failure travels up. */
export class Failure {
  private path = "";
  private readonly reason: Reason;

  constructor(reason: Reason) {
    this.reason = reason;
  }

  under(step: string): this {
    this.path = step + this.path;
    return this;
  }

  get message(): string {
    return explain(this.reason, this.path && `Path: ${this.path}`);
  }
}
