/** Writes what documents say of the tools from their definitions, and the skill from the instructions' own words. */
import { writeFileSync } from "node:fs";
import { reference } from "../mcp-server/src/reference.ts";
import { skillText } from "../mcp-server/src/skill.ts";

const write = (path: string, text: string) => writeFileSync(new URL(`../${path}`, import.meta.url), text);
write("docs/tools.md", reference());
write("skills/moorage/SKILL.md", skillText());
