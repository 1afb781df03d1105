/** Writes the skill from the words that the server's instructions are made of. */
import { writeFileSync } from "node:fs";
import { skillText } from "../mcp-server/src/skill.ts";

writeFileSync(new URL("../skills/moorage/SKILL.md", import.meta.url), skillText());
