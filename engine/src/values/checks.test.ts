import { describe, expect, it } from "vitest";
import { checkClientValue, checkDocument, checkValue } from "./checks.ts";
import type { Json, JsonObject } from "./json.ts";

function nested(levels: number): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}
const system = { _id: "x", _creationTime: 1 };

describe("values", () => {
  it("may nest 64 levels, one less where an array is around them", () => {
    expect(checkValue(nested(64))).toBe(64);
    const message = "Value is too nested (nested 65 levels deep > maximum nesting 64)";
    expect(() => checkValue(nested(65))).toThrow(message);
    expect(() => checkValue(nested(64), 1)).toThrow(message);
    expect(() => checkValue(nested(5000))).toThrow(message);
  });

  it("may hold 8192 elements in an array and 1024 fields in an object", () => {
    const fields = (count: number): JsonObject =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 1]));
    checkValue(new Array(8192).fill(0));
    checkValue(fields(1024));
    expect(() => checkValue(new Array(8193).fill(0))).toThrow("Array length is too long (8193 > maximum length 8192)");
    expect(() => checkValue(fields(1025))).toThrow("Object has too many fields (1025 > maximum number 1024)");
  });

  it("have field names of printable ASCII that do not start with a dollar sign", () => {
    expect(() => checkValue({ $x: 1 })).toThrow("Field name $x starts with '$', which is reserved.");
    expect(() => checkValue({ é: 1 })).toThrow("Field name é has invalid character 'é'");
    expect(() => checkValue({ ["a".repeat(1025)]: 1 })).toThrow("Field name is too long (1025 > maximum 1024)");
  });

  it("have well-formed encoded scalars", () => {
    checkValue([{ $integer: "AAAAAAAAAAA=" }, { $bytes: "" }, { $commitTs: null }]);
    expect(() => checkValue({ $integer: "AA==" })).toThrow("Received 1 bytes, expected 8 for $integer");
    expect(() => checkValue({ $integer: "AAAAAAAAAAA=", b: 1 })).toThrow("$integer");
  });
});

it("clients cannot await a commit", () => {
  checkClientValue([{ a: { $integer: "AAAAAAAAAAA=" } }]);
  expect(() => checkClientValue([{ a: { $commitTs: null } }])).toThrow(
    "Field name $commitTs starts with '$', which is reserved.",
  );
});

it("numbers that JSON can spell but not carry are refused", () => {
  expect(() => checkClientValue(JSON.parse('[{"a": [1e308, -1e400]}]'))).toThrow("number out of range");
});

describe("documents", () => {
  it("report their size", () => {
    expect(checkDocument({ ...system, name: "abc" })).toBe(2 + 7 + 23 + 5 + 5);
  });

  it("may nest 16 levels", () => {
    checkDocument({ ...system, deep: nested(15) });
    expect(() => checkDocument({ ...system, deep: nested(16) })).toThrow(
      "Document is too nested (nested 17 levels deep > maximum nesting 16)",
    );
  });

  it("have no system fields but _id and _creationTime", () => {
    expect(() => checkDocument({ ...system, _x: 1 })).toThrow(
      "Field '_x' starts with an underscore, which is only allowed for system fields like '_id'",
    );
    expect(() => checkDocument({ ...system, a: [{ _x: 1 }] })).toThrow(
      "Field '_x' starts with an underscore, which is not allowed for nested fields",
    );
  });

  it("may be as large as 1 MiB", () => {
    const overhead = checkDocument({ ...system, text: "" });
    checkDocument({ ...system, text: "x".repeat((1 << 20) - overhead) });
    expect(() => checkDocument({ ...system, text: "x".repeat((1 << 20) - overhead + 1) })).toThrow(
      "Value is too large (1.00 MiB > maximum size 1 MiB)",
    );
  });
});
