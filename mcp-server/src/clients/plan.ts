/** What would be changed in one client, found out without changing anything. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { AppError } from "@moorage/shared/errors";
import { type Client, SERVER_NAME, type ServerCommand } from "./clients.ts";
import { diffLines } from "./diff.ts";
import { hasMember, isEmpty, readMember, withMember, withoutSection } from "./document.ts";
import { readSettingsFile, type SettingsFile } from "./file.ts";
import { findProgram, type Place } from "./place.ts";

export interface Made {
  /** Whether there was no file, or no table of servers, before: then both go again with the entry. */
  file: boolean;
  section: boolean;
}

export type Plan =
  /** Nothing to do. */
  | { state: "same"; client: Client; path: string }
  | { state: "edit"; client: Client; file: SettingsFile; after: string; diff: string; made: Made }
  /** Its own program does it. */
  | { state: "run"; client: Client; path: string; commands: readonly (readonly string[])[] }
  | { state: "problem"; client: Client; path: string; error: AppError };

export const isInstalled = (client: Client, place: Place): boolean =>
  [...client.traces(place), ...client.files(place)].some((path) => existsSync(path)) ||
  (client.program !== undefined && findProgram(client.program.name, place) !== undefined);

/** The file that the client reads, or would. */
export function fileOf(client: Client, place: Place): string {
  const files = client.files(place);
  return files.find((path) => existsSync(path)) ?? files[0]!;
}

/** What a client has under our name. */
export const readEntry = (client: Client, path: string): unknown =>
  readMember(readSettingsFile(path).text ?? "", client.format, [client.section, SERVER_NAME]);

export function planAdd(client: Client, server: ServerCommand, place: Place): Plan {
  return planned(client, place, (file) => {
    const text = file.text ?? "";
    const path = [client.section, SERVER_NAME] as const;
    const entry = client.entry(server);
    const present = readMember(text, client.format, path);
    if (JSON.stringify(present) === JSON.stringify(entry)) return { state: "same", client, path: file.path };
    if (present !== undefined && !isOurs(present)) {
      throw new AppError("invalid_input", `${client.title} has another server named "${SERVER_NAME}".`, {
        hint: `Rename or remove it in ${file.path}; nothing in it was changed.`,
      });
    }
    const program = client.program === undefined ? undefined : findProgram(client.program.name, place);
    if (client.program !== undefined && program !== undefined) {
      const add = [program, ...client.program.add(JSON.stringify(entry))];
      const commands = present === undefined ? [add] : [[program, ...client.program.remove], add];
      return { state: "run", client, path: file.path, commands };
    }
    const made = { file: file.text === undefined, section: !hasMember(text, client.format, client.section) };
    return edit(client, file, withMember(text, client.format, path, entry), made);
  });
}

/** Takes out what `planAdd` put in, and nothing else. */
export function planRemove(client: Client, made: Made, place: Place): Plan {
  return planned(client, place, (file) => {
    const { text } = file;
    const path = [client.section, SERVER_NAME] as const;
    if (text === undefined || readMember(text, client.format, path) === undefined) {
      return { state: "same", client, path: file.path };
    }
    const program = client.program === undefined ? undefined : findProgram(client.program.name, place);
    if (client.program !== undefined && program !== undefined) {
      return { state: "run", client, path: file.path, commands: [[program, ...client.program.remove]] };
    }
    const without = withMember(text, client.format, path, undefined);
    const bare =
      made.section && isEmpty(without, client.format, client.section)
        ? withoutSection(without, client.format, client.section)
        : without;
    return edit(client, file, bare, made);
  });
}

function planned(client: Client, place: Place, work: (file: SettingsFile) => Plan): Plan {
  const path = fileOf(client, place);
  try {
    return work(readSettingsFile(path));
  } catch (error) {
    if (error instanceof AppError) return { state: "problem", client, path, error };
    throw error;
  }
}

const edit = (client: Client, file: SettingsFile, after: string, made: Made): Plan => ({
  state: "edit",
  client,
  file,
  after,
  diff: diffLines(file.text ?? "", after),
  made,
});

/** An entry that starts our program, whichever path or version it names. */
export function isOurs(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { command, args } = entry as { command?: unknown; args?: unknown };
  const words = [command, ...(Array.isArray(args) ? args : [])].filter((word) => typeof word === "string");
  return words.some((word) => ["moorage", "moorage.js", "moorage.cmd"].includes(basename(word.replaceAll("\\", "/"))));
}
