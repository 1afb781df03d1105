/** OpenMemory's export: memories.json of its archive, or the lines of memories.jsonl, unpacked. */

import { isObject } from "../../is-object.ts";
import { cleanTags, momentOf, nameOf, piecesOf, typeNamed } from "../clean.ts";
import { type Format, type Found, nothing, type Place } from "../found.ts";
import { firstValue, linesOf, readJson } from "../json-lines.ts";

export const openmemory: Format = {
  name: "openmemory",
  title: "OpenMemory's export: memories.json, or memories.jsonl unpacked",
  owns: ({ path, text }) =>
    (/\.json$/i.test(path) && /^\s*\{/.test(text) && text.includes('"memories"')) ||
    (/\.jsonl$/i.test(path) && isLine(firstValue(text))),
  read(file) {
    const found = nothing();
    if (/\.jsonl$/i.test(file.path)) {
      for (const { line, value, why } of linesOf(file)) add(found, value, { file: file.name, line }, new Map(), why);
      return found;
    }
    const place = { file: file.name, line: 1 };
    const whole = readJson(file.text);
    const value = "value" in whole ? whole.value : undefined;
    if (!isObject(value) || !Array.isArray(value["memories"])) {
      found.problems.push({ place, why: "why" in whole ? whole.why : "no list of memories" });
      return found;
    }
    const names = categoriesOf(value["categories"]);
    const lines = placesOf(file.text, value["memories"]);
    for (const [index, memory] of value["memories"].entries())
      add(found, memory, { ...place, line: lines[index]! }, names);
    return found;
  },
};

function add(found: Found, memory: unknown, place: Place, names: ReadonlyMap<unknown, string>, why = "no memory") {
  // Other exports of this family call the text `memory`.
  const text = isObject(memory) ? (memory["content"] ?? memory["memory"]) : undefined;
  if (!isObject(memory) || typeof text !== "string") return void found.problems.push({ place, why });
  if (memory["state"] === "deleted") return;
  if (PUT_ASIDE.includes(memory["state"]))
    return void found.problems.push({ place, why: `is ${memory["state"]} in OpenMemory, where nothing finds it` });
  const categories = [...listOf(memory["category_ids"]).map((id) => names.get(id)), ...listOf(memory["categories"])];
  const occurredAt = momentOf(memory["created_at"]);
  for (const content of piecesOf(text)) {
    found.memories.push({
      type: typeNamed(categories.join(" "), "fact"),
      content,
      tags: cleanTags(categories),
      ...(occurredAt === undefined ? {} : { occurredAt }),
      place,
    });
  }
}

const PUT_ASIDE: unknown[] = ["archived", "paused"];

const isLine = (value: unknown) => isObject(value) && "content" in value && "state" in value;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function categoriesOf(value: unknown): ReadonlyMap<unknown, string> {
  const named = listOf(value).filter(isObject);
  return new Map(named.flatMap(({ id, name }) => (typeof name === "string" ? [[id, nameOf(name)]] : [])));
}

/** The lines at which the memories' ids stand, one after the other; the last known line for one without, or behind a lost one. */
function placesOf(text: string, memories: readonly unknown[]): number[] {
  let from = Math.max(0, text.indexOf('"memories"'));
  let line = text.slice(0, from).split("\n").length;
  let isLost = false;
  return memories.map((memory) => {
    const id = isObject(memory) && typeof memory["id"] === "string" ? memory["id"] : undefined;
    if (id === undefined || isLost) return line;
    const at = text.indexOf(JSON.stringify(id), from);
    isLost = at === -1;
    if (isLost) return line;
    line += text.slice(from, at).split("\n").length - 1;
    from = at;
    return line;
  });
}
