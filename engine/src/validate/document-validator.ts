import type { JsonObject } from "../values/json.ts";
import type { ParsedTable } from "./schema.ts";
import type { TableNames } from "./validator.ts";
import { compileValidator } from "./validator.ts";

/** Both give null for a document that matches the schema, else the message to fail with. */
export interface DocumentValidator {
  /** A document about to be written. */
  checkWrite(document: JsonObject): string | null;
  /** A document that is there when a new schema arrives. */
  checkExisting(document: JsonObject): string | null;
}

export function compileDocumentValidator(table: ParsedTable, tables: TableNames): DocumentValidator {
  const check = compileValidator(table.documentType, { tables, ignoreSystemFields: true });
  const checkWith = (document: JsonObject, sentence: () => string): string | null => {
    const failure = check(document);
    return failure === null ? null : `${sentence()} does not match the schema: ${failure.message}`;
  };
  return {
    checkWrite: (document) =>
      checkWith(document, () => `Failed to insert or update a document in table "${table.name}" because it`),
    checkExisting: (document) =>
      checkWith(document, () => `Document with ID "${document["_id"]}" in table "${table.name}"`),
  };
}
