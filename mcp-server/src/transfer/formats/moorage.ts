/** Moorage's own exports: a line of JSON an entry, or Markdown that holds the same. */

import { isObject } from "../../is-object.ts";
import { type Format, type Found, nothing, type Place } from "../found.ts";
import { firstValue, linesOf, readJson } from "../json-lines.ts";
import { MARK, marksOf } from "../own-markdown.ts";

export const moorageJsonl: Format = {
  name: "jsonl",
  title: "Moorage's own export, as JSONL",
  // An export of nothing has no line.
  owns: ({ text, path }) => isOwn(firstValue(text)) || (path.endsWith(".jsonl") && text.trim() === ""),
  read(file) {
    const found = nothing();
    for (const { line, value, why } of linesOf(file)) add(found, value, { file: file.name, line }, why);
    return found;
  },
};

export const moorageMarkdown: Format = {
  name: "markdown",
  title: "Moorage's own export, as Markdown",
  owns: ({ text }) => text.startsWith(MARK),
  read(file) {
    const found = nothing();
    for (const { line, json, content } of marksOf(file.text)) {
      const read = readJson(json);
      const value = "value" in read && isObject(read.value) ? { ...read.value, content } : undefined;
      add(found, value, { file: file.name, line });
    }
    return found;
  },
};

const isOwn = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && ["memory", "version", "log"].includes(String(value["moorage"]));

/** The fields are checked with everything else that is brought in. */
function add(found: Found, value: unknown, place: Place, why = "no entry of a Moorage export") {
  if (!isOwn(value)) return void found.problems.push({ place, why });
  const { moorage, id, ...said } = value;
  const entry = { ...said, key: id, place };
  if (moorage === "memory") found.memories.push(entry as unknown as Found["memories"][number]);
  else if (moorage === "version") found.versions.push(entry as unknown as Found["versions"][number]);
  else found.logs.push(entry as unknown as Found["logs"][number]);
}
