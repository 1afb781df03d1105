/** basic-memory's notes: Markdown with front matter, `- [category] observations` and `- relates_to [[Links]]`. */
import { below, cleanTags, momentOf, nameOf, piecesOf, typeNamed } from "../clean.ts";
import { type Format, type FoundMemory, nothing, type SourceFile } from "../found.ts";
import { splitFrontMatter } from "../front-matter.ts";
import { type Block, blocksOf } from "../markdown.ts";

/** At the very start alone: tried at every line, it takes minutes over a file of rules. */
const HEAD = /(?<![\s\S])---[ \t]*\r?\n[\s\S]{0,16384}?^(?:permalink|title|type):/m;
/** Bounded, so that no line makes them try forever. A box of a task is no category. */
const OBSERVATION = /^\[(?![ xX]\])([^[\]\n]{1,64})\]\s+(\S[\s\S]*)$/;
const RELATION = /^([^[\]\n]{0,64}?)\s*\[\[([^[\]\n]{1,256})\]\]([\s\S]*)$/;
const TAG = /(?:^|\s)#([\p{L}\p{N}_/-]{1,64})/gu;

export const basicMemory: Format = {
  name: "basic-memory",
  title: "basic-memory's Markdown: front matter, observations, relations",
  owns: ({ path, text }) => /\.md$/i.test(path) && HEAD.test(text),
  read(file) {
    const found = nothing();
    const { fields, body, line, problem } = splitFrontMatter(file.text);
    if (problem !== undefined) found.problems.push({ place: { file: file.name, line: 1 }, why: problem });
    const title = nameOf(typeof fields["title"] === "string" ? fields["title"] : fileNameOf(file));
    const shared = tagsOf(fields["tags"]);
    const occurredAt = momentOf(fields["created"] ?? fields["date"]);
    for (const block of blocksOf(body, line)) {
      const { type, text, tags } = readBlock(title, block);
      for (const content of piecesOf(text)) {
        const memory: FoundMemory = { type, content, tags: cleanTags([...tags, ...shared]) };
        if (occurredAt !== undefined) memory.occurredAt = occurredAt;
        found.memories.push({ ...memory, place: { file: file.name, line: block.line } });
      }
    }
    return found;
  },
};

function readBlock(
  title: string,
  { headings, text }: Block,
): { type: FoundMemory["type"]; text: string; tags: string[] } {
  const observation = OBSERVATION.exec(text);
  if (observation !== null) {
    const [, category = "", said = ""] = observation;
    const tags = [category, ...[...said.matchAll(TAG)].map(([, tag]) => tag!)];
    return { type: typeNamed(category, "fact"), text: below([title], said), tags };
  }
  const relation = RELATION.exec(text);
  if (relation !== null) {
    const [, kind, other, more = ""] = relation;
    return {
      type: "fact",
      text: `${title} ${kind?.replaceAll("_", " ") || "relates to"} ${other}${more}`,
      tags: ["relation"],
    };
  }
  const above = headings.filter((heading) => heading !== title);
  return { type: typeNamed(headings.join(" "), "note"), text: below([title, ...above], text), tags: [] };
}

const fileNameOf = ({ path }: SourceFile) => path.slice(path.lastIndexOf("/") + 1).replace(/\.md$/i, "");

/** A list, or names with commas between them. */
const tagsOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
