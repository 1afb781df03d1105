/** The skill's file, for the programs that read skills. */
import { createHash } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { SKILL_NAME, skillText } from "../skill.ts";
import {
  backupOf,
  readSettingsFile,
  removeEmptyFolders,
  removeFile,
  replaceSettingsFile,
  requireNoBackup,
} from "./file.ts";
import type { Place } from "./place.ts";

/** By client: OpenClaw's skills go with mcporter, by which it calls the tools. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "claude-code": [".claude", "skills"],
  cursor: [".cursor", "skills"],
  mcporter: [".openclaw", "skills"],
};

/** Where a client's skill is or would be; undefined where the client reads none. */
export function skillPath(client: string, { home, env }: Place): string | undefined {
  const moved = client === "claude-code" ? env["CLAUDE_CONFIG_DIR"] : undefined;
  if (moved) return join(moved, "skills", SKILL_NAME, "SKILL.md");
  const folder = FOLDERS[client];
  return folder === undefined ? undefined : join(home, ...folder, SKILL_NAME, "SKILL.md");
}

/** Whether something would be written. */
export const lacksSkill = (path: string): boolean => readSettingsFile(path).text !== skillText();

interface KnownSkill {
  skillDigest?: string | undefined;
  skillBackup?: boolean | undefined;
}

/** Whether the text that is there is somebody else's, to be kept beside ours; `known` tells what was ours before. */
export function needsBackup(path: string, known: KnownSkill = {}): boolean {
  const { text } = readSettingsFile(path);
  if (text === undefined || text === skillText() || digestOf(text) === known.skillDigest) return false;
  if (known.skillBackup !== true) requireNoBackup(path);
  return true;
}

export const writeSkill = (path: string, backup: boolean): void =>
  replaceSettingsFile(readSettingsFile(path), skillText(), { backup });

/**
 * Gives back what was there before, and takes the folders up to `folder` away if they are empty. A text that somebody
 * changed since stays; then the answer is false.
 */
export function removeSkill(path: string, known: KnownSkill, folder = dirname(path)): boolean {
  const { text } = readSettingsFile(path);
  if (text !== undefined && text !== skillText() && digestOf(text) !== known.skillDigest) return false;
  if (known.skillBackup === true && existsSync(backupOf(path))) renameSync(backupOf(path), path);
  else removeFile(path);
  removeEmptyFolders(dirname(path), folder);
  return true;
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
