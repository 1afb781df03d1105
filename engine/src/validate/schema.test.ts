import type { GenericSchema, SchemaDefinition } from "convex/server";
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, it } from "vitest";
import { compileDocumentValidator } from "./document-validator.ts";
import type { ParsedTable } from "./schema.ts";
import { parseSchema } from "./schema.ts";

// Names and fields that TypeScript would refuse, as plain JavaScript would pass them.
type Loose = {
  index(name: string, fields: string[]): Loose;
  searchIndex(name: string, options: object): Loose;
  vectorIndex(name: string, options: object): Loose;
};

function parseTable(define: (table: Loose) => Loose, tableName = "t") {
  const table = define(defineTable({ a: v.string(), b: v.object({ c: v.number() }) }) as unknown as Loose);
  return parseSchema(
    defineSchema({ [tableName]: table as never }) as unknown as SchemaDefinition<GenericSchema, boolean>,
  );
}

describe("a schema", () => {
  it("gives each table its indexes and its document type", () => {
    const schema = parseSchema(
      defineSchema({
        notes: defineTable({ text: v.string(), tag: v.optional(v.string()), vector: v.array(v.float64()) })
          .index("by_tag", ["tag", "text"])
          .index("later", { fields: ["text"], staged: true })
          .searchIndex("search", { searchField: "text", filterFields: ["tag"] })
          .vectorIndex("near", { vectorField: "vector", dimensions: 3, filterFields: ["tag"] }),
      }),
    );
    const table = schema.tables.get("notes") as ParsedTable;
    expect(schema.schemaValidation).toBe(true);
    expect(table.indexes).toEqual([
      { name: "by_tag", fields: ["tag", "text"], staged: false },
      { name: "later", fields: ["text"], staged: true },
    ]);
    expect(table.searchIndexes).toEqual([
      { name: "search", searchField: "text", filterFields: ["tag"], staged: false },
    ]);
    expect(table.vectorIndexes).toEqual([
      { name: "near", vectorField: "vector", dimensions: 3, filterFields: ["tag"], staged: false },
    ]);
    expect(table.documentType.type).toBe("object");
  });

  it.each<[string, string, (table: Loose) => Loose]>([
    ["an index without fields", 'In table "t" index "i" must have at least one field.', (t) => t.index("i", [])],
    ["an index over _id", "`_id` is not a valid index field.", (t) => t.index("i", ["_id"])],
    [
      "an index over _creationTime",
      "`_creationTime` is automatically added",
      (t) => t.index("i", ["a", "_creationTime"]),
    ],
    ["an index over another system field", "Reserved fields (starting with `_`)", (t) => t.index("i", ["_x"])],
    ["a repeated field", 'Duplicate field "a". Index fields must be unique', (t) => t.index("i", ["a", "a"])],
    ["a field that is no path", 'In index "i": Invalid index field: "a b"', (t) => t.index("i", ["a b"])],
    [
      "a field no document has",
      'the index "i" is invalid because it references the field "b.x"',
      (t) => t.index("i", ["b.x"]),
    ],
    [
      "two indexes of one name",
      'has two or more definitions of index "i"',
      (t) => t.index("i", ["a"]).index("i", ["b"]),
    ],
    [
      "two indexes of the same fields",
      'index "j" and index "i" have the same fields',
      (t) => t.index("i", ["a"]).index("j", ["a"]),
    ],
    ["a reserved index name", 'cannot name an index "by_id"', (t) => t.index("by_id", ["a"])],
    ["an index name with an underscore first", 'cannot name an index "_i"', (t) => t.index("_i", ["a"])],
    ["an index name that is no identifier", 'Invalid index name: "i-j"', (t) => t.index("i-j", ["a"])],
    [
      "17 fields",
      "Indexes may have up to 16 fields.",
      (t) =>
        t.index(
          "i",
          Array.from({ length: 17 }, (_, i) => `f${i}`),
        ),
    ],
    [
      "two search indexes over one field",
      "have the same `searchField`",
      (t) => t.searchIndex("i", { searchField: "a" }).searchIndex("j", { searchField: "a" }),
    ],
    [
      "a vector of one dimension",
      "Dimensions 1 must be between 2 and 4096.",
      (t) => t.vectorIndex("i", { vectorField: "a", dimensions: 1 }),
    ],
    [
      "a vector index over a string",
      "neither an array of float64 or optional array of float64",
      (t) => t.vectorIndex("i", { vectorField: "a", dimensions: 2 }),
    ],
  ])("with %s is refused", (_what, message, define) => {
    expect(() => parseTable(define)).toThrow(message);
  });

  it("with a reserved or impossible table name is refused", () => {
    expect(() => parseTable((t) => t, "_t")).toThrow("_t is a reserved table name.");
    expect(() => parseTable((t) => t, "a-b")).toThrow('Invalid table name: "a-b".');
  });

  it("with documents that are no objects is refused", () => {
    const schema = defineSchema({ t: defineTable(v.union(v.object({}), v.string()) as never) });
    expect(() => parseSchema(schema)).toThrow(
      "The document validator in a schema must be an object, a union of objects, or `v.any()`. Found v.string().",
    );
  });

  it("that does not validate may index any field", () => {
    const table = defineTable({ a: v.string() }) as unknown as Loose;
    const schema = defineSchema({ t: table.index("i", ["nowhere"]) as never }, { schemaValidation: false });
    expect(parseSchema(schema).tables.get("t")?.indexes).toHaveLength(1);
  });
});

describe("documents", () => {
  const names = { tableNameOf: () => undefined };
  const compile = (definition: unknown) =>
    compileDocumentValidator(
      parseSchema(defineSchema({ t: definition as never })).tables.get("t") as ParsedTable,
      names,
    );
  const system = { _id: "id1", _creationTime: 1 };

  it("are compared without their system fields", () => {
    const { checkWrite, checkExisting } = compile(defineTable({ a: v.string() }));
    expect(checkWrite({ ...system, a: "x" })).toBeNull();
    expect(checkWrite({ ...system, a: "x", b: 1 })).toBe(
      'Failed to insert or update a document in table "t" because it does not match the schema: Object contains extra field `b` that is not in the validator.\n\nObject: {a: "x", b: 1.0}\nValidator: v.object({a: v.string()})',
    );
    expect(checkExisting({ ...system })).toBe(
      'Document with ID "id1" in table "t" does not match the schema: Object is missing the required field `a`. Consider wrapping the field validator in `v.optional(...)` if this is expected.\n\nObject: {}\nValidator: v.object({a: v.string()})',
    );
  });

  it("match one of a union", () => {
    const { checkWrite } = compile(
      defineTable(v.union(v.object({ kind: v.literal("a") }), v.object({ kind: v.literal("b"), n: v.number() }))),
    );
    expect(checkWrite({ ...system, kind: "b", n: 1 })).toBeNull();
    expect(checkWrite({ ...system, kind: "b" })).toContain(
      'Value does not match validator.\n\nValue: {kind: "b"}\nValidator: v.union(',
    );
  });
});
