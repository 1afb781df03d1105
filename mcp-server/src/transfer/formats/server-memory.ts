/** The reference memory server's file: a knowledge graph, an entity or a relation a line. */

import { isObject } from "../../is-object.ts";
import { cleanTags, nameOf, piecesOf, typeNamed } from "../clean.ts";
import { type Format, type Found, MOST_ENTRIES, nothing, type SourceFile } from "../found.ts";
import { firstValue, linesOf } from "../json-lines.ts";

interface Entity {
  name: string;
  entityType: string;
  observations: unknown[];
}
interface Relation {
  from: string;
  relationType: string;
  to: string;
}

export const serverMemory: Format = {
  name: "server-memory",
  title: "server-memory's JSONL: entities, observations, relations",
  owns: ({ text }) => [isEntity, isRelation].some((is) => is(firstValue(text))),
  read(file) {
    const found = nothing();
    for (const { line, value, why } of linesOf(file)) {
      const place = { file: file.name, line };
      if (isEntity(value)) addEntity(found, file, line, value);
      else if (isRelation(value)) {
        for (const content of piecesOf(`${value.from} ${value.relationType.replaceAll("_", " ")} ${value.to}.`))
          found.memories.push({ type: "fact", content, tags: ["relation"], place });
      } else found.problems.push({ place, why: why ?? "neither an entity nor a relation" });
    }
    return found;
  },
};

function addEntity(found: Found, file: SourceFile, line: number, { name, entityType, observations }: Entity) {
  const place = { file: file.name, line };
  const tags = cleanTags([entityType]);
  const said = observations.slice(0, MOST_ENTRIES + 1).filter((text) => typeof text === "string");
  const texts = said.length === 0 ? [`${name} (${entityType})`] : said.map((text) => `${nameOf(name)}: ${text}`);
  for (const content of texts.flatMap(piecesOf))
    found.memories.push({ type: typeNamed(entityType, "fact"), content, tags, place });
}

const areTexts = (value: Record<string, unknown>, ...names: string[]) =>
  names.every((name) => typeof value[name] === "string");

const isEntity = (value: unknown): value is Entity =>
  isObject(value) &&
  value["type"] === "entity" &&
  areTexts(value, "name", "entityType") &&
  Array.isArray(value["observations"]);

const isRelation = (value: unknown): value is Relation =>
  isObject(value) && value["type"] === "relation" && areTexts(value, "from", "relationType", "to");
