import { convexToJson } from "convex/values";
import { expect, it } from "vitest";
import { displayJson, displaySize } from "./display.ts";
import type { Json } from "./json.ts";

it("values are printed as the backend prints them", () => {
  const value = {
    b: [1, 1.5, -0, 1e21, 2n, null, true],
    a: 'say "hi"\n\u0007é',
    c: new Uint8Array([1, 2]).buffer,
  };
  expect(displayJson(convexToJson(value) as Json)).toBe(
    '{a: "say \\"hi\\"\\n\\u{7}é", b: [1.0, 1.5, -0.0, 1e21, 2, null, true], c: b"AQI="}',
  );
});

it("sizes are printed in binary units, with decimals only where needed", () => {
  expect([512, 1024, 1537, 1 << 20, (1 << 20) + 1].map(displaySize)).toEqual([
    "512 B",
    "1 KiB",
    "1.50 KiB",
    "1 MiB",
    "1.00 MiB",
  ]);
});
