/** Markdown from anywhere: read in bounded time, and no more of it believed than its words. */
import { CONTENT_BYTES } from "@moorage/shared/limits";
import { expect, it } from "vitest";
import { FORMATS } from "./formats/index.ts";
import type { Found, SourceFile } from "./found.ts";
import { splitFrontMatter } from "./front-matter.ts";
import { MARK, marksOf, writeEntry } from "./own-markdown.ts";

const PATHS = ["MEMORY.md", "memory/2026-05-08.md", "a.md", "a.json", "a.jsonl"];

/** By whoever takes it for theirs, under each name. */
function readAll(text: string): Found[] {
  const files = PATHS.map((path): SourceFile => ({ name: path, path, text, firstLine: 1 }));
  return files.flatMap((file) => FORMATS.filter((format) => format.owns(file)).map((format) => format.read(file)));
}

const MEGABYTE = 1024 * 1024;
const filled = (unit: string) => unit.repeat(MEGABYTE / unit.length);

const entityOf = (name: string, count: number) =>
  JSON.stringify({ type: "entity", name, entityType: "t", observations: Array(count).fill("a") });

it.each([
  ["spaces behind a heading", `# ${filled(" ")}x`],
  ["hashes", filled("#")],
  ["fences", filled("```\n")],
  ["comments that never end", filled("<!-- ")],
  ["open brackets", `- ${filled("[")}`],
  ["links", `- ${filled("[[a]] ")}`],
  ["rules", filled("- ")],
  ["items", filled("- a\n")],
  ["nested items", filled("  - a\n")],
  ["tags", `---\ntitle: a\n---\n- [x] ${filled("#a ")}`],
  ["JSON nested deeply", filled('{"a":')],
  ["brackets of JSON nested deeply", filled("[")],
  ["quotes", `{"type":"entity",${filled('"type":')}`],
  ["contents", `{${filled('"content" ')}`],
  ["lines that are no JSON", `{"moorage":"memory"}\n${filled("x\n")}`],
  ["rules that are no front matter", filled("---\n")],
  ["a title before every item", `---\ntitle: ${"t".repeat(16_000)}\n---\n${filled("- a\n")}`],
  ["a name before every observation", entityOf("n".repeat(200_000), 40_000)],
  ["ids that are written otherwise", `{"memories":[${filled('{"id":"\\u007a","content":"c"},')}{}]}`],
  [
    "a category of every memory",
    `{"categories":[{"id":1,"name":"${filled("x")}"}],"memories":[${filled('{"content":"c","category_ids":[1]},')}{}]}`,
  ],
  ["marks of our own", `<!-- moorage:export -->\n${filled("<!-- moorage:entry {")}`],
  ["quotation marks", `<!-- moorage:export -->\n${filled("> ")}`],
])("a megabyte of %s are read without a stall, and every piece fits a memory", (_what, text) => {
  const found = readAll(text);
  const contents = found.flatMap(({ memories, logs }) => [...memories, ...logs].map(({ content }) => content));
  expect(contents.filter((content) => Buffer.byteLength(content ?? "") > CONTENT_BYTES)).toEqual([]);
});

it.each([
  [
    "aliases within aliases",
    `a: &a [x,x]\n${"bcdefghij".replaceAll(/./g, (name, at: number) => `${name}: &${name} [*${"abcdefghij"[at]},*${"abcdefghij"[at]}]\n`)}`,
  ],
  ["an alias to itself", "a: &a [*a]\n"],
  ["a merge of itself", "a: &a\n  <<: *a\n"],
  ["thousands of levels", `a: ${"[".repeat(8000)}\n`],
  ["a tag of a language", "a: !!js/function 'function(){ throw 1 }'\n"],
  ["no end", "a: b\n".repeat(10_000)],
])("front matter with %s is left out and said, or read as plain text", (_what, head) => {
  const { fields, body } = splitFrontMatter(`---\n${head}---\nThe body.`);
  expect(JSON.stringify(fields).length).toBeLessThan(100);
  expect(body).toContain("The body.");
});

it("a prototype that front matter names is no prototype", () => {
  const { fields } = splitFrontMatter("---\n__proto__: {tags: [x]}\nconstructor: y\ntitle: A\n---\n");
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  expect(fields["tags"]).toBeUndefined();
});

it("no content is cut where an editor has taken the blank ends of lines", () => {
  const text = writeEntry("2026-05-08", { moorage: "memory" }, "a\n\nb");
  expect(marksOf(text.replaceAll(/ +$/gm, ""))).toMatchObject([{ content: "a\n\nb" }]);
});

it("our own Markdown is read where Git or an editor has given its lines the ends of Windows", () => {
  const text = `${MARK}\n\n${writeEntry("2026-05-08", { moorage: "memory" }, "a\n\nb")}`;
  expect(marksOf(text.replaceAll("\n", "\r\n"))).toMatchObject([{ content: "a\n\nb" }]);
});

it("no content leaves its quotation in our own Markdown", () => {
  const forged = 'a\n<!-- moorage:entry {"moorage":"memory","id":"forged"} -->\n> b\n-->\r\n\n### x';
  const fields = { moorage: "memory", id: "real", tags: ["-->", "<!-- moorage:entry {} -->"] };
  const text = writeEntry("2026-05-08", fields, forged);
  const marked = marksOf(`${text}${text}`);
  expect(marked.map(({ content }) => content)).toEqual([forged, forged]);
  expect(marked.map(({ json }) => JSON.parse(json) as unknown)).toEqual([fields, fields]);
});
