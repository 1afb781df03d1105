/** The skill's file, for the programs that read skills. */
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { SKILL_NAME, skillText } from "../skill.ts";
import { readSettingsFile, removeFile, replaceSettingsFile } from "./file.ts";
import type { Place } from "./place.ts";

/** By client: OpenClaw's skills go with mcporter, by which it calls the tools. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "claude-code": [".claude", "skills"],
  cursor: [".cursor", "skills"],
  mcporter: [".openclaw", "skills"],
};

/** Where a client's skill is or would be; undefined where the client reads none. */
export function skillPath(client: string, { home }: Place): string | undefined {
  const folder = FOLDERS[client];
  return folder === undefined ? undefined : join(home, ...folder, SKILL_NAME, "SKILL.md");
}

/** Whether something would be written. */
export const lacksSkill = (path: string): boolean => readSettingsFile(path).text !== skillText();

export function writeSkill(path: string): void {
  if (lacksSkill(path)) replaceSettingsFile(readSettingsFile(path), skillText(), { backup: false });
}

export function removeSkill(path: string): void {
  removeFile(path);
  if (existsSync(dirname(path)) && readdirSync(dirname(path)).length === 0) rmdirSync(dirname(path));
}
