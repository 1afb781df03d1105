import { expect, it } from "vitest";
import * as z from "zod";
import { inputJsonSchema, outputJsonSchema } from "./json-schema.ts";

it("a choice of objects is one object: every field, and required what all of them have", () => {
  const done = z.strictObject({ status: z.literal("done"), count: z.number() });
  const waiting = z.strictObject({ status: z.literal("waiting"), page: z.string().optional() });
  expect(outputJsonSchema(z.discriminatedUnion("status", [done, waiting]))).toEqual({
    type: "object",
    properties: {
      status: { type: "string", enum: ["done", "waiting"] },
      count: { type: "number" },
      page: { type: "string" },
    },
    required: ["status"],
  });
});

it("a count says the most it may be, unless its description does", () => {
  const limit = z.int().min(1).max(100);
  const args = z.strictObject({ limit, importance: z.int().min(1).max(5).describe("1-5"), version: z.int().min(1) });
  expect(inputJsonSchema(args, []).properties).toEqual({
    limit: { type: "integer", maximum: 100 },
    importance: { type: "integer", description: "1-5" },
    version: { type: "integer" },
  });
});

it("a choice of plain values keeps their types", () => {
  const form = z.strictObject({ at: z.union([z.iso.date(), z.iso.datetime()]), gone: z.string().nullable() });
  expect(outputJsonSchema(form).properties).toEqual({ at: { type: "string" }, gone: { type: ["string", "null"] } });
});
