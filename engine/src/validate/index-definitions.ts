/** Reads the indexes of one table's definition and refuses those Convex would refuse, in its sentences. */
import { parseFieldPath } from "./field-path.ts";

const MAX_INDEXES_PER_TABLE = 64;
const MAX_INDEX_FIELDS = 16;
const MAX_FILTER_FIELDS = 16;
const MIN_DIMENSIONS = 2;
const MAX_DIMENSIONS = 4096;
const INDEX_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const RESERVED_NAMES = new Set(["by_id", "by_creation_time"]);

export interface DatabaseIndex {
  readonly name: string;
  readonly fields: readonly string[];
  /** Kept up to date but not yet open to queries. */
  readonly staged: boolean;
}

export interface SearchIndex {
  readonly name: string;
  readonly searchField: string;
  readonly filterFields: readonly string[];
  readonly staged: boolean;
}

export interface VectorIndex {
  readonly name: string;
  readonly vectorField: string;
  readonly dimensions: number;
  readonly filterFields: readonly string[];
  readonly staged: boolean;
}

export interface TableIndexes {
  readonly indexes: readonly DatabaseIndex[];
  readonly searchIndexes: readonly SearchIndex[];
  readonly vectorIndexes: readonly VectorIndex[];
}

interface IndexJson {
  indexDescriptor: string;
  fields: string[];
}

interface SearchIndexJson {
  indexDescriptor: string;
  searchField: string;
  filterFields: string[];
}

interface VectorIndexJson {
  indexDescriptor: string;
  vectorField: string;
  dimensions: number;
  filterFields: string[];
}

/** A table in what `schema.export()` gives; older releases of the `convex` package leave out the optional ones. */
export interface TableIndexesJson {
  indexes: IndexJson[];
  stagedDbIndexes?: IndexJson[];
  searchIndexes?: SearchIndexJson[];
  stagedSearchIndexes?: SearchIndexJson[];
  vectorIndexes?: VectorIndexJson[];
  stagedVectorIndexes?: VectorIndexJson[];
}

function checkName(table: string, name: string): void {
  if (name.startsWith("_") || RESERVED_NAMES.has(name)) {
    throw new Error(
      `In table "${table}" cannot name an index "${name}" because the name is reserved. Indexes may not start with an underscore or be named "by_id" or "by_creation_time".`,
    );
  }
  if (!INDEX_NAME.test(name)) {
    throw new Error(
      `In table "${table}": Invalid index name: "${name}". Identifiers must be 64 characters or less, start with a letter, and only contain letters, digits, underscores.`,
    );
  }
}

/** The field in its one spelling, without dots around it. */
function checkField(table: string, index: string, field: string): string {
  const path = parseFieldPath(field);
  if (path === null) throw new Error(`In table "${table}": In index "${index}": Invalid index field: "${field}"`);
  return path.join(".");
}

function readIndex(table: string, json: IndexJson, staged: boolean): DatabaseIndex {
  const name = json.indexDescriptor;
  const refuse = (reason: string): never => {
    throw new Error(`In table "${table}": In index "${name}": ${reason}`);
  };
  const fields = json.fields.map((field) => checkField(table, name, field));
  if (fields.length > MAX_INDEX_FIELDS) refuse(`Indexes may have up to ${MAX_INDEX_FIELDS} fields.`);
  if (fields.includes("_id")) refuse("`_id` is not a valid index field. To load documents by ID, use `db.get(id)`.");
  const repeated = fields.find((field, i) => fields.indexOf(field) !== i);
  if (repeated !== undefined) refuse(`Duplicate field "${repeated}". Index fields must be unique within an index.`);
  if (fields.includes("_creationTime")) {
    refuse(
      "`_creationTime` is automatically added to the end of each index. It should not be added explicitly in the index definition. See https://docs.convex.dev/using/indexes for more details.",
    );
  }
  if (fields.some((field) => field.split(".").some((step) => step.startsWith("_"))))
    refuse("Reserved fields (starting with `_`) are not allowed in indexes.");
  if (fields.length === 0) throw new Error(`In table "${table}" index "${name}" must have at least one field.`);
  return { name, fields, staged };
}

function readFilterFields(table: string, name: string, fields: readonly string[]): string[] {
  const unique = [...new Set(fields.map((field) => checkField(table, name, field)))];
  if (unique.length > MAX_FILTER_FIELDS)
    throw new Error(`In table "${table}": Search indexes may have up to ${MAX_FILTER_FIELDS} filter fields.`);
  return unique;
}

function readSearchIndex(table: string, json: SearchIndexJson, staged: boolean): SearchIndex {
  const name = json.indexDescriptor;
  const searchField = checkField(table, name, json.searchField);
  return { name, searchField, filterFields: readFilterFields(table, name, json.filterFields), staged };
}

function readVectorIndex(table: string, json: VectorIndexJson, staged: boolean): VectorIndex {
  const name = json.indexDescriptor;
  const { dimensions } = json;
  const vectorField = checkField(table, name, json.vectorField);
  if (!Number.isInteger(dimensions) || dimensions < MIN_DIMENSIONS || dimensions > MAX_DIMENSIONS) {
    throw new Error(
      `In table "${table}": Dimensions ${dimensions} must be between ${MIN_DIMENSIONS} and ${MAX_DIMENSIONS}.`,
    );
  }
  const filterFields = readFilterFields(table, name, json.filterFields);
  return { name, vectorField, dimensions, filterFields, staged };
}

/** Throws if two of them would index the same. */
function checkDistinct<T extends { name: string }>(
  indexes: readonly T[],
  key: (index: T) => string,
  sentence: (a: string, b: string) => string,
): void {
  const seen = new Map<string, string>();
  for (const index of [...indexes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const other = seen.get(key(index));
    if (other !== undefined) throw new Error(sentence(index.name, other));
    seen.set(key(index), index.name);
  }
}

const COMBINE = "You should combine the indexes with the same";
const SUBSETS =
  "into one index containing all `filterField`s and then use different subsets of the `filterField`s at query time.";

export function readIndexes(table: string, json: TableIndexesJson): TableIndexes {
  const read = <In, Out>(
    reader: (table: string, json: In, staged: boolean) => Out,
    active: readonly In[] = [],
    staged: readonly In[] = [],
  ): Out[] => [
    ...active.map((index) => reader(table, index, false)),
    ...staged.map((index) => reader(table, index, true)),
  ];
  const indexes = read(readIndex, json.indexes, json.stagedDbIndexes);
  const searchIndexes = read(readSearchIndex, json.searchIndexes, json.stagedSearchIndexes);
  const vectorIndexes = read(readVectorIndex, json.vectorIndexes, json.stagedVectorIndexes);

  const names = [...indexes, ...searchIndexes, ...vectorIndexes].map((index) => index.name);
  if (names.length > MAX_INDEXES_PER_TABLE)
    throw new Error(`Table "${table}" cannot have more than ${MAX_INDEXES_PER_TABLE} indexes.`);
  for (const name of names) checkName(table, name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw new Error(`Table "${table}" has two or more definitions of index "${repeated}".`);

  checkDistinct(
    indexes,
    (index) => index.fields.join(),
    (a, b) =>
      `In table "${table}" index "${a}" and index "${b}" have the same fields. Indexes must be unique within a table.`,
  );
  checkDistinct(
    searchIndexes,
    (index) => index.searchField,
    (a, b) =>
      `In table "${table}" search index "${a}" and search index "${b}" have the same \`searchField\`. Search index fields must be unique within a table. ${COMBINE} \`searchField\` ${SUBSETS}`,
  );
  checkDistinct(
    vectorIndexes,
    (index) => `${index.vectorField} ${index.dimensions}`,
    (a, b) =>
      `In table "${table}" vector index "${a}" and vector index "${b}" have the same \`vectorField\`. Vector index fields must be unique within a table. ${COMBINE} \`vectorField\` ${SUBSETS}`,
  );
  return { indexes, searchIndexes, vectorIndexes };
}
