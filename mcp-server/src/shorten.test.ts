import { expect, it } from "vitest";
import { shortenTexts } from "./shorten.ts";

const contract = { untrusted: ["memories[].content", "memories[].tags"] };
const memories = (...contents: string[]) => ({ memories: contents.map((content) => ({ content, tags: ["t"] })) });

it("only what is too long is cut, and named", () => {
  expect(shortenTexts(contract, memories("x".repeat(50), "short"), 20)).toEqual({
    result: memories(`${"x".repeat(15)}…`, "short"),
    fields: ["memories[].content"],
  });
});

it("nothing is named where nothing is cut", () => {
  expect(shortenTexts(contract, memories("short"), 20)).toEqual({ result: memories("short"), fields: [] });
});

it("lengths are those of the JSON, and no character is cut in half", () => {
  for (const text of ['"'.repeat(50), "🚢".repeat(50), "é\n".repeat(50), `x${"🚢".repeat(50)}`]) {
    const [{ content } = { content: "" }] = shortenTexts(contract, memories(text), 40).result["memories"] as {
      content: string;
    }[];
    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThanOrEqual(40);
    expect(content.isWellFormed()).toBe(true);
    expect(text.startsWith(content.slice(0, -1))).toBe(true);
    expect(content.length).toBeGreaterThan(10);
  }
});

it("texts in a list are cut one by one", () => {
  const { result } = shortenTexts(
    { untrusted: ["approval.lines"] },
    { approval: { lines: ["x".repeat(50), "y"] } },
    10,
  );
  expect(result).toEqual({ approval: { lines: [`${"x".repeat(5)}…`, "y"] } });
});
