import { TAGS } from "@moorage/shared/limits";
import { describe, expect, it } from "vitest";
import { tagMark } from "./entry.ts";
import { composeText, parseText, piecesOf } from "./indexText.ts";
import { inContext, type Placed, SESSION_GAP_MS } from "./sessions.ts";

const entry = (word: string, occurredAt: number, asks = false): Placed => ({
  lines: { own: word, by: "", date: "onmai", tags: `0tag${word}` },
  occurredAt,
  asks,
});
const bytes = (text: string) => new TextEncoder().encode(text).length;

describe("a session", () => {
  it("lends each entry the words of two before and two after it", () => {
    const texts = inContext(["a", "b", "c", "d", "e", "f"].map((word, i) => entry(word, i)));
    expect(parseText(texts[2]!.text)).toMatchObject({
      own: "c",
      near: ["b", "d"],
      far: ["a", "e"],
      tags: "0tagc",
    });
  });

  it("ends at a gap of half an hour", () => {
    const [first, second, third] = inContext([
      entry("a", 0),
      entry("b", SESSION_GAP_MS - 1),
      entry("c", 2 * SESSION_GAP_MS),
    ]);
    expect(parseText(first!.text).near).toEqual(["", "b"]);
    expect(parseText(second!.text).near).toEqual(["a", ""]);
    expect(parseText(third!.text)).toMatchObject({ near: ["", ""], far: ["", ""] });
  });

  it("knows which entry answers one that asks", () => {
    expect(inContext([entry("a", 0, true), entry("b", 1), entry("c", 2)]).map(({ answers }) => answers)).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe("index rows", () => {
  it("hold every stem of a long entry, in order, below 2 kB each with all they may hold", () => {
    const stems = Array.from({ length: 3000 }, (_, i) => `stem${i}`);
    const long = stems.join(" ");
    const tags = Array.from({ length: TAGS }, (_, i) => tagMark(`tag ${i}`));
    const pieces = piecesOf({ stems, tags });
    expect(pieces.join(" ")).toBe(stems.join(" "));
    for (const own of pieces) {
      const text = composeText({
        own,
        by: "byada",
        date: "on2026 onmai onmai2026 on31mai",
        near: [long, long],
        far: [long, long],
        tags: tags.join(" "),
      });
      expect(bytes(text)).toBeLessThanOrEqual(2048);
      expect(parseText(text).own).toBe(own);
    }
  });

  it("exist for an entry without words", () => {
    expect(piecesOf({ stems: [] })).toEqual([""]);
  });
});
