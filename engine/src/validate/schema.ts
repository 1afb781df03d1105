import type { GenericSchema, SchemaDefinition } from "convex/server";
import { canBeVector, canContainField } from "./document-shape.ts";
import { isIdentifier } from "./field-path.ts";
import type { TableIndexes, TableIndexesJson } from "./index-definitions.ts";
import { readIndexes } from "./index-definitions.ts";
import { compileValidator } from "./validator.ts";
import type { ValidatorJson } from "./validator-json.ts";
import { displayValidator } from "./validator-json.ts";

export interface ParsedTable extends TableIndexes {
  readonly name: string;
  /** What documents must look like; `any` where the schema says nothing. */
  readonly documentType: ValidatorJson;
}

export interface ParsedSchema {
  readonly tables: ReadonlyMap<string, ParsedTable>;
  /** False: indexes are kept, documents are not validated. */
  readonly schemaValidation: boolean;
}

interface TableJson extends TableIndexesJson {
  tableName: string;
  documentType?: ValidatorJson | null;
}

const ANY: ValidatorJson = { type: "any" };

// Compiling a validator is also how its own mistakes are found; no id is looked up for that.
const NO_TABLES = { tableNameOf: () => undefined };

function checkDocumentType(json: ValidatorJson): void {
  const members = json.type === "union" ? json.value : [json];
  const wrong = json.type === "any" ? undefined : members.find((member) => member.type !== "object");
  if (wrong) {
    throw new Error(
      `The document validator in a schema must be an object, a union of objects, or \`v.any()\`. Found ${displayValidator(wrong)}. To learn more, see the schema documentation at https://docs.convex.dev/database/schemas.`,
    );
  }
  compileValidator(json, { tables: NO_TABLES });
}

function checkTableName(name: string): void {
  if (!isIdentifier(name)) {
    throw new Error(
      `Invalid table name: "${name}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
    );
  }
  if (name.startsWith("_")) throw new Error(`${name} is a reserved table name.`);
}

/** Indexes over fields that no document can have are mistakes. */
function checkIndexedFields({ name, documentType, ...table }: ParsedTable): void {
  const vectorFields = table.vectorIndexes.map((index) => [index.name, index.vectorField] as const);
  const fields = [
    ...table.indexes.flatMap((index) => index.fields.map((field) => [index.name, field] as const)),
    ...table.searchIndexes.map((index) => [index.name, index.searchField] as const),
    ...table.searchIndexes.flatMap((index) => index.filterFields.map((field) => [index.name, field] as const)),
    ...vectorFields,
  ];
  const missing = fields.find(([, field]) => !/^_\w+$/.test(field) && !canContainField(documentType, field.split(".")));
  if (missing) {
    throw new Error(
      `In table "${name}" the index "${missing[0]}" is invalid because it references the field "${missing[1]}" that does not exist.`,
    );
  }
  const noVector = vectorFields.find(([, field]) => !canBeVector(documentType, field.split(".")));
  if (noVector) {
    throw new Error(
      `In table "${name}" the vector index "${noVector[0]}" is invalid because it references the field "${noVector[1]}" that is neither an array of float64 or optional array of float64.`,
    );
  }
}

/** Reads a schema definition. Throws, in Convex's sentences, on one that Convex would not deploy. */
export function parseSchema(schema: SchemaDefinition<GenericSchema, boolean>): ParsedSchema {
  // `export` is there at run time, but not in the package's public types.
  const exported = JSON.parse((schema as unknown as { export(): string }).export()) as {
    tables: TableJson[];
    schemaValidation?: boolean;
  };
  const schemaValidation = exported.schemaValidation ?? false;
  const tables = new Map<string, ParsedTable>();
  for (const json of exported.tables) {
    const documentType = json.documentType ?? ANY;
    checkTableName(json.tableName);
    checkDocumentType(documentType);
    const table = { name: json.tableName, documentType, ...readIndexes(json.tableName, json) };
    if (schemaValidation) checkIndexedFields(table);
    tables.set(table.name, table);
  }
  return { tables, schemaValidation };
}
