/** OpenClaw's workspace: MEMORY.md is curated, USER.md is about the person, memory/<day>.md are daily notes. */
import { below, cleanTags, piecesOf, typeNamed } from "../clean.ts";
import { type Format, type Found, nothing, type SourceFile } from "../found.ts";
import { splitFrontMatter } from "../front-matter.ts";
import { type Block, blocksOf } from "../markdown.ts";

const DAY_FILE = /(?:^|\/)(\d{4}-\d\d-\d\d)(?:-[^/]*)?\.md$/;
const baseName = ({ path }: SourceFile) => path.slice(path.lastIndexOf("/") + 1);

export const openclaw: Format = {
  name: "openclaw",
  title: "OpenClaw's workspace: MEMORY.md, USER.md, memory/YYYY-MM-DD.md",
  owns: (file) => ["MEMORY.md", "USER.md"].includes(baseName(file)) || dayOf(file) !== undefined,
  read(file) {
    const found = nothing();
    const { body, line, problem } = splitFrontMatter(file.text);
    if (problem !== undefined) found.problems.push({ place: { file: file.name, line: 1 }, why: problem });
    const day = dayOf(file);
    for (const block of blocksOf(body, line)) {
      if (day !== undefined) addLog(found, file, day, block);
      else addMemory(found, file, block);
    }
    return found;
  },
};

function dayOf(file: SourceFile): string | undefined {
  const day = DAY_FILE.exec(file.path)?.[1];
  return day === undefined || Number.isNaN(Date.parse(day)) ? undefined : day;
}

function addLog(found: Found, file: SourceFile, day: string, { headings, text, line }: Block) {
  // The day's own heading says nothing that its name does not.
  const above = headings.filter((heading) => !heading.includes(day));
  for (const content of piecesOf(below(above, text)))
    found.logs.push({ day, content, place: { file: file.name, line } });
}

function addMemory(found: Found, file: SourceFile, { headings, text, line }: Block) {
  const isUser = baseName(file) === "USER.md";
  // The heading of the file is its title.
  const above = headings.slice(1);
  const type = typeNamed(headings.join(" "), "fact");
  for (const content of piecesOf(below(isUser ? ["The user", ...above] : above, text))) {
    const tags = cleanTags([...(isUser ? ["user"] : []), ...above]);
    found.memories.push({ type, content, tags, place: { file: file.name, line } });
  }
}
