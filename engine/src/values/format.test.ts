import { convexToJson } from "convex/values";
import { expect, it } from "vitest";
import { toCleanJson, toExportJsonText } from "./format.ts";
import type { Json } from "./json.ts";

const value = {
  bytes: new Uint8Array([1]).buffer,
  floats: [1, 1.5, -0, 1e300, Number.NaN, -Infinity],
  int: 9007199254740993n,
  text: "a",
};
const encoded = convexToJson(value) as Json;

it("clean JSON turns int64, bytes and special floats into strings", () => {
  expect(toCleanJson(encoded)).toEqual({
    bytes: "AQ==",
    floats: [1, 1.5, -0, 1e300, "NaN", "-Infinity"],
    int: "9007199254740993",
    text: "a",
  });
});

it("export JSON tells int64 from floats and loses nothing", () => {
  expect(toExportJsonText(encoded)).toBe(
    '{"bytes":{"$bytes":"AQ=="},"floats":[1.0,1.5,-0.0,1e+300,{"$float":"AAAAAAAA+H8="},{"$float":"AAAAAAAA8P8="}],"int":9007199254740993,"text":"a"}',
  );
});
