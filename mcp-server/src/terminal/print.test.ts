import { expect, it } from "vitest";
import { visible, visibleJson } from "./print.ts";

const HIDING = "a\u202eb\u200bc\u{e0069}\u009b31m\n";

it("text of others shows what would hide in it or move the cursor", () => {
  expect(visible(HIDING)).toBe("a\\u{202e}b\\u{200b}c\\u{e0069}\\u{9b}31m\\u{a}");
});

it("JSON of it shows the same, and means the same", () => {
  const json = JSON.stringify({ content: HIDING }, null, 2);
  expect(visibleJson(json)).toBe('{\n  "content": "a\\u202eb\\u200bc\\udb40\\udc69\\u009b31m\\n"\n}');
  expect(JSON.parse(visibleJson(json))).toEqual({ content: HIDING });
});
