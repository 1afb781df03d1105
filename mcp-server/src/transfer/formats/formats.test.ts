import { describe, expect, it } from "vitest";
import type { Found, SourceFile } from "../found.ts";
import { FORMATS } from "./index.ts";

const file = (path: string, text: string): SourceFile => ({ name: path, path, text, firstLine: 1 });
const formatOf = (path: string, text: string) => FORMATS.find((format) => format.owns(file(path, text)));
const read = (path: string, text: string) => formatOf(path, text)!.read(file(path, text));
const memoriesOf = ({ memories }: Found) =>
  memories.map(({ type, content, tags, place }) => ({ type, content, tags, line: place.line }));

describe("OpenClaw's workspace", () => {
  it("gives a memory for each item of MEMORY.md, with its headings, its kind and its line", () => {
    const text = [
      "# MEMORY.md",
      "",
      "<!-- keep this",
      "short -->",
      "## Decisions",
      "- Deploys go out on Mondays.",
      "  Never on Fridays.",
      "- [x] Staging is heron",
      "",
      "## People",
      "Ada runs the harbour.",
    ].join("\n");
    expect(memoriesOf(read("MEMORY.md", text))).toEqual([
      {
        type: "decision",
        content: "Decisions\nDeploys go out on Mondays.\n  Never on Fridays.",
        tags: ["Decisions"],
        line: 6,
      },
      { type: "decision", content: "Decisions\n[x] Staging is heron", tags: ["Decisions"], line: 8 },
      { type: "fact", content: "People\nAda runs the harbour.", tags: ["People"], line: 11 },
    ]);
  });

  it("keeps nested items, and what stands below one, with the item that they belong to", () => {
    const text = [
      "# M",
      "- Deploys go out on Mondays.",
      "  - Never on Fridays.",
      "   1. Nor at night.",
      "",
      "  But for the pilot boat.",
      "",
      "- Staging is heron.",
      "",
      "Prose of its own.",
      "  - An item.",
      "",
      "  - Another.",
    ].join("\n");
    expect(memoriesOf(read("MEMORY.md", text)).map(({ content, line }) => [content, line])).toEqual([
      ["Deploys go out on Mondays.\n  - Never on Fridays.\n   1. Nor at night.\n\n  But for the pilot boat.", 2],
      ["Staging is heron.", 8],
      ["Prose of its own.", 10],
      ["An item.", 11],
      ["Another.", 13],
    ]);
  });

  it("says whom USER.md is about", () => {
    const text = "# USER.md\n\n- **Name:** Ada\n- Prefers tea\n";
    expect(memoriesOf(read("USER.md", text)).map(({ content, tags }) => [content, tags])).toEqual([
      ["The user\n**Name:** Ada", ["user"]],
      ["The user\nPrefers tea", ["user"]],
    ]);
  });

  it("gives a log entry of its day for each item of a daily note", () => {
    const found = read("memory/2026-05-08-launch.md", "# 2026-05-08\n\n- Launched.\n\n## Open\n- Bill\n");
    expect(found.logs.map(({ day, content }) => [day, content])).toEqual([
      ["2026-05-08", "Launched."],
      ["2026-05-08", "Open\nBill"],
    ]);
    expect(found.memories).toEqual([]);
  });
});

describe("server-memory's file", () => {
  it("gives a memory for each observation and each relation", () => {
    const text = [
      '{"type":"entity","name":"Ada","entityType":"person","observations":["likes tea","lives in Riga"]}',
      '{"type":"relation","from":"Ada","to":"harbour","relationType":"works_at"}',
      '{"type":"entity","name":"harbour","entityType":"place","observations":[]}',
      "{broken",
      '{"type":"other"}',
    ].join("\n");
    const found = read("memory.jsonl", text);
    expect(memoriesOf(found)).toEqual([
      { type: "fact", content: "Ada: likes tea", tags: ["person"], line: 1 },
      { type: "fact", content: "Ada: lives in Riga", tags: ["person"], line: 1 },
      { type: "fact", content: "Ada works at harbour.", tags: ["relation"], line: 2 },
      { type: "fact", content: "harbour (place)", tags: ["place"], line: 3 },
    ]);
    expect(found.problems.map(({ place, why }) => [place.line, why])).toEqual([
      [4, "not JSON"],
      [5, "neither an entity nor a relation"],
    ]);
  });
});

describe("basic-memory's note", () => {
  it("gives observations with their category and tags, relations, and the prose between", () => {
    const text = [
      "---",
      "title: Coffee",
      "type: note",
      "tags: [drinks]",
      "created: 2026-05-08T10:00:00Z",
      "---",
      "# Coffee",
      "Notes on brewing.",
      "",
      "## Observations",
      "- [method] Pour over is clearer #brewing (tried)",
      "- [decision] We drink it black",
      "- [ ] Buy filters",
      "",
      "## Relations",
      "- contrasts_with [[Tea]]",
    ].join("\n");
    const found = read("notes/coffee.md", text);
    expect(memoriesOf(found)).toEqual([
      { type: "note", content: "Coffee\nNotes on brewing.", tags: ["drinks"], line: 8 },
      {
        type: "fact",
        content: "Coffee\nPour over is clearer #brewing (tried)",
        tags: ["method", "brewing", "drinks"],
        line: 11,
      },
      { type: "decision", content: "Coffee\nWe drink it black", tags: ["decision", "drinks"], line: 12 },
      { type: "note", content: "Coffee / Observations\n[ ] Buy filters", tags: ["drinks"], line: 13 },
      { type: "fact", content: "Coffee contrasts with Tea", tags: ["relation", "drinks"], line: 16 },
    ]);
    expect(found.memories[0]?.occurredAt).toBe("2026-05-08T10:00:00.000Z");
  });
});

describe("OpenMemory's export", () => {
  const memories = [
    { id: "a", content: "Likes tea", state: "active", created_at: "2026-05-08T10:00:00+00:00", category_ids: ["c1"] },
    { id: "b", content: "Forgotten", state: "deleted", created_at: null, category_ids: [] },
    { id: "c", state: "active" },
  ];

  it("gives what was not deleted, with its categories and its time", () => {
    const whole = { user: {}, categories: [{ id: "c1", name: "preferences" }], memories };
    const found = read("memories.json", JSON.stringify(whole, null, 1));
    expect(found.memories).toMatchObject([
      { type: "preference", content: "Likes tea", tags: ["preferences"], occurredAt: "2026-05-08T10:00:00.000Z" },
    ]);
    expect(found.problems).toHaveLength(1);
  });

  it.each(["archived", "paused"])("names what is %s there, and leaves it out", (state) => {
    const found = read("memories.json", JSON.stringify({ memories: [{ id: "a", content: "Likes tea", state }] }));
    expect([found.memories, found.problems.map(({ why }) => why)]).toEqual([
      [],
      [`is ${state} in OpenMemory, where nothing finds it`],
    ]);
  });

  it("is read from the lines of its other form as well", () => {
    const text = memories.map((memory) => JSON.stringify({ ...memory, categories: ["drinks"] })).join("\n");
    expect(memoriesOf(read("memories.jsonl", text))).toEqual([
      { type: "fact", content: "Likes tea", tags: ["drinks"], line: 1 },
    ]);
  });
});

describe("a file", () => {
  it.each([
    ["MEMORY.md", "# x", "openclaw"],
    ["memory/2026-05-08.md", "x", "openclaw"],
    ["a.md", "---\ntitle: A\n---\nx", "basic-memory"],
    ["a.md", "---\r\npermalink: a\r\n---\r\nx", "basic-memory"],
    ["a.jsonl", '{"moorage":"memory","id":"m1"}', "jsonl"],
    ["a.md", "<!-- moorage:export -->\n", "markdown"],
    ["a.jsonl", `\n{"moorage":"memory","id":"m1","content":"${"x".repeat(300_000)}"}\n{}`, "jsonl"],
    ["a.json", '{"memories":[]}', "openmemory"],
  ])("%s is known by its form as one of %#", (path, text, name) => expect(formatOf(path, text)?.name).toBe(name));

  it.each([
    ["README.md", "# Some project"],
    ["package.json", "{}"],
    ["x.jsonl", "[1]"],
  ])("%s of another kind is nobody's", (path, text) => expect(formatOf(path, text)).toBeUndefined());
});
